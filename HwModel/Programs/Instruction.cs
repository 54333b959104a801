using TileProof.HwModel.Dma;
using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Programs;

/// <summary>One instruction of a <see cref="TileProgram"/>, which knows the regions that it reads and writes.</summary>
public readonly record struct Instruction
{
    /// <summary>What to do.</summary>
    public required InstructionKind Kind { get; init; }

    /// <summary>What a transfer or a fill is for, and whether a write-back is of an input or of weights.</summary>
    public InstructionPurpose Purpose { get; init; }

    /// <summary>The DMA channel of a transfer or a wait.</summary>
    public int Channel { get; init; }

    /// <summary>For a wait: transfers that may stay under way.</summary>
    public int OutstandingCount { get; init; }

    /// <summary>For a fill: the byte.</summary>
    public byte Value { get; init; }

    /// <summary>The step of the writer that the instruction comes from: what a transfer carries, the name of a kernel.</summary>
    public TransferLabel Origin { get; init; }

    /// <summary>For a refusal: what the kernel complains about.</summary>
    public string? Reason { get; init; }

    /// <summary>The tile of a marker or a computation; the image of a kernel's begin.</summary>
    public TileCoordinates Tile { get; init; }

    /// <summary>What a computation computes.</summary>
    public KernelParameters Parameters { get; init; }

    internal int FirstRegion { get; init; }

    internal int ReadCount { get; init; }

    internal int WriteCount { get; init; }
}
