using Xunit.Sdk;

namespace TileProof.Tests.Snapshots;

/// <summary>A snapshot differs from its reviewed file, or has none.</summary>
internal sealed class SnapshotException(string message) : XunitException(message);
