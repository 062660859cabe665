import Resources

/// What a client gets.
struct PictureOut: Schema {
  let bytes: Int

  static let schema = ObjectSchema<PictureOut>("PictureOut", PictureOut.init, Field("bytes", \.bytes, .integer))
}

/// The resource `/groups/{group_id}/picture`, which only counts.
struct Pictures: Resource {
  func operations(_ session: Depends<Session>) -> [Operation] {
    Operation(
      .put, "/groups/{group_id}/picture", "put_picture",
      Inputs(Path<Int32>("group_id"), BodyStream("image/png", limit: 1 << 30)), returns: PictureOut.self
    ) { id, body in
      var count = 0
      for try await bytes in body { count += bytes.count }
      return PictureOut(bytes: count)
    }
  }
}
