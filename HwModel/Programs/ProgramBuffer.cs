namespace TileProof.HwModel.Programs;

/// <summary>Bytes that a program works on.</summary>
/// <param name="Name">Such as <c>input ping</c>.</param>
/// <param name="Role">What the bytes are.</param>
/// <param name="Bank">The local bank; <see cref="SystemMemory"/> for a tensor or a scratch buffer behind the cache.</param>
/// <param name="LengthBytes">The bytes asked for, without alignment.</param>
public sealed record ProgramBuffer(string Name, BufferRole Role, int Bank, int LengthBytes)
{
    /// <summary>The number of the buffer that this one is a part of; null for an allocation of its own.</summary>
    /// <remarks>Published programs divide a bank so that a part may leave it.</remarks>
    public int? Parent { get; init; }

    /// <summary>Where the part begins in its parent; 0 for an allocation of its own.</summary>
    public int OffsetBytes { get; init; }

    /// <summary>The bank number of system memory.</summary>
    public const int SystemMemory = -1;

    /// <summary>Whether the buffer lies in a local bank.</summary>
    public bool IsLocal => Bank != SystemMemory;
}
