; Quality shares while their price holds above its long average, calm shares otherwise.
(defsymphony
 "Market Trend"
 {:asset-class "EQUITIES", :rebalance-frequency :daily}
 (if
  (> (current-price "QUAL") (moving-average-price "QUAL" {:window 200}))
  [(asset "QUAL" "Quality factor")]
  [(asset "USMV" "Minimum volatility factor")]))
