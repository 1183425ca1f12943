; Weighs groups by how much they swing, and lets an untagged pair count as two children.
(defsymphony
 "Weather Vane"
 {:asset-class "EQUITIES", :rebalance-threshold 0.05}
 (weight-inverse-volatility
  20
  [(group
    "Storm"
    [(if
      (> (stdev-return "QUAL" {:window 10}) 25)
      [(weight-equal [(asset "USMV") (group "Staples" [(asset "KO") (asset "PG")])])]
      [(weight-equal
        [(asset "SIZE")
         (filter
          (exponential-moving-average-price {:window 20})
          (select-bottom 1)
          [(asset "GE") (asset "PFE") (asset "RRC")])])])])
   (group
    "Sun"
    [(if
      (<= (stdev-price "MTUM" {:window 10}) 1.5)
      [(asset "MTUM")]
      [(weight-specified 0.6 [(asset "QUAL")] 0.4 [(asset "VLUE")])])])
   (group "Wind" [(filter (moving-average-return {:window 45}) [(asset "UNH") (asset "LLY")])])]))
