using TileProof.HwModel.Faults;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Verification.Hazards;

namespace TileProof.Verification.Diagnosis;

/// <summary>One thing that may be wrong on a device: it is replayed on the simulated DSP, and its bytes are compared with those of the device.</summary>
internal sealed record DefectHypothesis
{
    /// <summary>A short stable name for reports.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of mistake.</summary>
    public required string Class { get; init; }

    /// <summary>What is wrong, in words.</summary>
    public required string Description { get; init; }

    /// <summary>How much it takes for granted: of explanations that are equally good the lowest comes first. 0 is a known version of the programs.</summary>
    public required int Complexity { get; init; }

    /// <summary>Makes what interferes with the program of one run; null for nothing.</summary>
    public Func<MachineInterceptor>? CreateInterceptor { get; init; }

    /// <summary>The version of the programs; null for that of the subject.</summary>
    public ProgramLibrary? Programs { get; init; }

    /// <summary>Other operands or integers than the right ones; null for those.</summary>
    public Lazy<ConvolutionCase>? Changed { get; init; }

    /// <summary>What becomes of the bytes of the output tensor afterwards; null for nothing.</summary>
    public Func<byte[], byte[]>? Rearrange { get; init; }

    /// <summary>Whether it can matter when transfers land.</summary>
    public bool DependsOnLanding { get; init; }

    /// <summary>Whether bytes that memory held before can show in the output.</summary>
    public bool ExposesOldMemory { get; init; }

    /// <summary>Whether every byte of the output is stored once, by its own tile, so that a tile can be judged as soon as it is stored.</summary>
    public bool StoresOnce { get; init; } = true;

    /// <summary>A defect that is put into the program.</summary>
    public static DefectHypothesis Of(Fault fault, int complexity) => new()
    {
        Name = fault.Name,
        Class = fault.Class.ToString(),
        Description = fault.Description,
        Complexity = complexity,
        CreateInterceptor = fault.CreateInjector,
        DependsOnLanding = fault.ExposesOldMemory,
        ExposesOldMemory = fault.ExposesOldMemory,
        StoresOnce = !fault.MovesStores,
    };
}
