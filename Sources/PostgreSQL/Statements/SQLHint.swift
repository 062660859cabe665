/// What the author of a statement knows of it and its text does not tell.
extension SQL {
  /// What is known of a statement; part of what it is recognised by.
  enum Effect {
    case writing, sharingCommit
  }

  /// What is known of one execution.
  enum Hint: Sendable {
    case rows(Int64)
    case large
    case row(RowKey)
  }

  /// The same statement, known to have side effects: a `SELECT` of `nextval()`, say. It is not taken for a read, so it
  /// is never run again after a lost connection; nor does it share a commit with others, even where a part of it asks for that.
  public var writing: SQL {
    consuming get {
      effect = .writing
      mix(1)
      return self
    }
  }

  /// The same statement, which may share a transaction, and so a commit, with others that ask for it: an `INSERT` of a row, or
  /// an `UPDATE … WHERE id = …`. What follows from that is in ``Session``; only the author of a statement, its table and its
  /// triggers knows whether it does harm.
  public var sharingCommit: SQL {
    consuming get {
      effect = .sharingCommit
      mix(2)
      return self
    }
  }

  /// The same statement, known to pass over about so many rows. What will take long runs on a connection of its own.
  public consuming func passing(rows: Int64) -> SQL { hinting(.rows(rows)) }

  /// The same statement, whose result may be large: it runs on a connection of its own, one after another.
  public var large: SQL { consuming get { hinting(.large) } }

  /// The same statement, known to change the row of `Model`'s table that `key` stands for, and no other. In one process such
  /// writes of one row take turns: one that would wait for the other's lock would hold a connection.
  public consuming func changing<Model>(_ key: some Hashable, of model: Model.Type) -> SQL {
    hinting(.row(RowKey(ObjectIdentifier(model), key.hashValue)))
  }

  private consuming func hinting(_ hint: Hint) -> SQL {
    self.hint = hint
    return self
  }

  /// The rows that it passes over, as far as that is known.
  var passedRows: Int64? {
    if case .rows(let count) = hint { count } else { nil }
  }
}
