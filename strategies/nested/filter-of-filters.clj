; Groups of groups: each level keeps what would have done best had one followed it.
(defsymphony
 "Filter of Filters"
 {:asset-class "EQUITIES", :rebalance-frequency :daily}
 (weight-equal
  [(filter
    (moving-average-return {:window 15})
    (select-top 1)
    [(group
      "Growth"
      [(filter
        (rsi {:window 10})
        (select-top 1)
        [(group
          "Chips or clouds"
          [(filter
            (cumulative-return {:window 10})
            (select-top 1)
            [(group
              "Chips"
              [(if
                (> (moving-average-return "AMD" {:window 20}) 0)
                [(asset "AMD")]
                [(asset "AAPL")])])
             (group "Clouds" [(weight-equal [(asset "MSFT") (asset "AAPL")])])])])
         (group "Momentum" [(asset "MTUM")])
         (group
          "Cures"
          [(weight-inverse-volatility 14 [(asset "LLY") (asset "MRK") (asset "PFE")])])])])
     (group
      "Value"
      [(filter
        (max-drawdown {:window 20})
        (select-top 2)
        [(group "Oil" [(weight-equal [(asset "CVX") (asset "XOM")])])
         (group
          "Money"
          [(if (< (rsi "JPM" {:window 14}) 45) [(asset "JPM")] [(asset "BAC")])])
         (group "Homes" [(weight-specified 0.7 (asset "HD") 0.3 (asset "BBY"))])
         (asset "VLUE")])])
     (group "Calm" [(weight-inverse-volatility 22 [(asset "USMV") (asset "KO") (asset "PEP")])])])
   (asset "QUAL")]))
