; The two factors that rose most in a quarter, kept apart from a fixed calm third.
(defsymphony
 "Factor Momentum"
 {:asset-class "EQUITIES", :rebalance-frequency :daily}
 (weight-specified
  0.6667
  [(weight-equal
    [(filter
      (cumulative-return {:window 60})
      (select-top 2)
      [(asset "MTUM") (asset "QUAL") (asset "SIZE") (asset "VLUE")])])]
  0.3333
  [(asset "USMV")]))
