; Buys the most oversold of six giants, unless the market itself runs hot.
(defsymphony
 "Oversold Giants"
 {:asset-class "EQUITIES", :rebalance-frequency :daily}
 (if
  (> (rsi "MTUM" {:window 10}) 79)
  [(asset "USMV")]
  [(weight-equal
    [(filter
      (rsi {:window 10})
      (select-bottom 2)
      [(asset "AAPL") (asset "MSFT") (asset "JPM") (asset "XOM") (asset "UNH") (asset "HD")])])]))
