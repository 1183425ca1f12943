; Steady payers, each weighted against how much it swings.
(defsymphony
 "Calm Mix"
 {:asset-class "EQUITIES", :rebalance-threshold 0.05}
 (weight-inverse-volatility
  45
  [(asset "JNJ") (asset "KO") (asset "PEP") (asset "PG") (asset "WMT") (asset "USMV")]))
