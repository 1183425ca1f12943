; Ranks whole sectors by the history that following them would have had.
(defsymphony
 "Sector Strength"
 {:asset-class "EQUITIES", :rebalance-frequency :daily}
 (weight-equal
  [(filter
    (moving-average-return {:window 20})
    (select-top 2)
    [(group "Energy" [(weight-equal [(asset "CVX") (asset "XOM") (asset "RRC")])])
     (group "Banks" [(weight-inverse-volatility 20 [(asset "BAC") (asset "JPM")])])
     (group
      "Health"
      [(weight-equal [(asset "JNJ") (asset "LLY") (asset "MRK") (asset "PFE") (asset "UNH")])])
     (group "Technology" [(weight-equal [(asset "AAPL") (asset "AMD") (asset "MSFT")])])
     (group "Shops" [(weight-equal [(asset "BBY") (asset "HD") (asset "WMT")])])])]))
