namespace TileProof.HwModel.Programs;

/// <summary>Bytes that a program works on.</summary>
/// <param name="Name">Such as <c>input ping</c>.</param>
/// <param name="Role">What the bytes are.</param>
/// <param name="Bank">The local bank; <see cref="SystemMemory"/> for a tensor or a scratch buffer behind the cache.</param>
/// <param name="LengthBytes">The bytes asked for, without alignment.</param>
public sealed record ProgramBuffer(string Name, BufferRole Role, int Bank, int LengthBytes)
{
    /// <summary>The bank number of system memory.</summary>
    public const int SystemMemory = -1;

    /// <summary>Whether the buffer lies in a local bank.</summary>
    public bool IsLocal => Bank != SystemMemory;
}
