// Who takes or gives a Timestamp, a Day, a Decimal or a UUID need not know where they come from.
@_exported public import Scalars
