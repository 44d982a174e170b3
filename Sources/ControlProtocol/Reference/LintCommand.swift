extension CommandReference {
  static let lint = CommandReference(
    "lint", .insight, "BRIDGE", 1...1, "find what is hardly meant in rules, groups and meters",
    details: """
      Reads a bridge's flow tables, groups, meters and ports and says what in them cannot work, or hardly as meant, \
      and what to do instead. Nothing is changed, and no frame is needed. Each finding has a severity (error, \
      warning or note) and a code that stays as it is:

        shadowed-rule              one rule of higher priority takes all frames of the rule
        covered-by-several         several together do; only what is proven is reported
        contradictory-match        no frame can have what the rule demands
        ambiguous-overlap          two rules of one priority take the same frames and do different things
        unreached-table            no frame comes to the table and its rules
        empty-table                frames are sent to a table without rules
        missing-table, missing-port, missing-group, missing-meter
                                   a rule or a bucket names what does not exist
        resubmit-loop              frames can go round among tables; the way is shown
        incomplete-conjunction     clauses of a conjunctive match are missing
        contradictory-conjunction  rules disagree about a conjunctive match
        unmatched-conjunction      its conj_id has no rule, or a conj_id no conjunction
        dead-bucket                a bucket that no frame can get
        empty-group                a group without buckets
        unused-group, unused-meter no rule names it
        gave-up                    a check ended before it was through

      'A rule covers another one' means that it demands no bit that the other one does not demand too. A rule with \
      a timeout covers for a while only, so that is a note. The exit status is 0 when there are no findings or \
      only notes, and 1 when there are warnings or errors, or when the bridge cannot be read.
      """,
    options: [.names], examples: ["lint br0", "lint br0 --json", "lint br0 --names"])
}
