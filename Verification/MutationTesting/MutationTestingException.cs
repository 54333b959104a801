namespace TileProof.MutationTesting;

/// <summary>What stops the tool; the message is the one line that the user sees.</summary>
public sealed class MutationTestingException(string message) : Exception(message);
