; A tree of regimes: panic, heat, trend and doubt each lead to their own basket.
(defsymphony
 "Regime Tree"
 {:asset-class "EQUITIES", :rebalance-frequency :daily}
 (if
  (> (max-drawdown "QUAL" {:window 20}) 8)
  [(group
    "Panic"
    [(if
      (< (rsi "QUAL" {:window 14}) 30)
      [(weight-equal [(asset "MSFT") (asset "HD") (asset "JPM")])]
      [(weight-inverse-volatility 10 [(asset "USMV") (asset "KO") (asset "WMT")])])])]
  [(if
    (>= (rsi "MTUM" {:window 10}) 80)
    [(group
      "Heat"
      [(weight-specified 0.5 (asset "USMV") 0.3 (asset "PG") 0.2 (asset "JNJ"))])]
    [(if
      (>
       (exponential-moving-average-price "QUAL" {:window 50})
       (moving-average-price "QUAL" {:window 200}))
      [(group
        "Trend"
        [(weight-equal
          [(filter
            (cumulative-return {:window 90})
            (select-top 3)
            [(asset "AAPL") (asset "AMD") (asset "LLY") (asset "MSFT") (asset "UNH")])
           (if
            (> (cumulative-return "VLUE" {:window 60}) (cumulative-return "MTUM" {:window 60}))
            [(group "Value leads" [(weight-equal [(asset "VLUE") (asset "CVX") (asset "BAC")])])]
            [(group "Momentum leads" [(weight-equal [(asset "MTUM") (asset "QUAL")])])])])])]
      [(group
        "Doubt"
        [(weight-equal
          [(filter
            (stdev-return {:window 20})
            (select-bottom 2)
            [(asset "JNJ") (asset "KO") (asset "PEP") (asset "PG") (asset "WMT")])
           (asset "USMV")])])])])]))
