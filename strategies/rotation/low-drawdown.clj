; Three shares with the smallest recent fall, and one that pays for holding it.
(defsymphony
 "Low Drawdown"
 {:asset-class "EQUITIES", :rebalance-threshold 0.05}
 (weight-specified
  0.75
  [(filter
    (max-drawdown {:window 50})
    (select-bottom 3)
    [(asset "AAPL") (asset "CVX") (asset "GE") (asset "JNJ") (asset "KO") (asset "LLY")
     (asset "MSFT") (asset "PG") (asset "UNH") (asset "XOM")])]
  0.25
  [(filter
    (stdev-price {:window 20})
    (select-bottom 1)
    [(asset "KO") (asset "PFE") (asset "BAC")])]))
