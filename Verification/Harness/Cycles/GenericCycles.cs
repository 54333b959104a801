using System.Globalization;
using CsvHelper;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Verification.Cycles;

/// <summary>Published cycles of the vendor's generic kernels on ResNet-18, which the optimized ones are compared with.</summary>
/// <remarks>
/// The generic run beside the final one counts every call; its log does not say the memory settings, as that of the final run does not.
/// The turbo and memory-model runs leave out the mean and the fully connected layer.
/// </remarks>
public sealed class GenericCycles
{
    /// <summary>What the pull request says the final run gains.</summary>
    public const double PublishedSpeedup = 57.6;

    private static readonly Lazy<GenericCycles> Embedded = new(Read);
    private readonly Dictionary<(MachineMode Mode, OperatorKind Kind, int Ordinal), long> cycles = [];

    private GenericCycles()
    {
    }

    /// <summary>The figures that the build carries.</summary>
    public static GenericCycles OfThisBuild => Embedded.Value;

    /// <summary>The cycles of a call; null where none are published.</summary>
    /// <param name="mode">The machine mode that they are compared in.</param>
    /// <param name="kind">The operator.</param>
    /// <param name="ordinal">The how-many-th call of that operator, from 0.</param>
    public long? Of(MachineMode mode, OperatorKind kind, int ordinal) => cycles.TryGetValue((mode, kind, ordinal), out long found) ? found : null;

    private static MachineMode? ModeOf(string run) => run switch
    {
        "resnet18/resnet18_cache_generic.log" => MachineMode.Release,
        "resnet18_generic.log" => MachineMode.Turbo,
        "resnet18_generic_mem_model.log" => MachineMode.MemoryModel,
        _ => null,
    };

    private static GenericCycles Read()
    {
        var result = new GenericCycles();
        using StreamReader reader = PublishedCycles.OpenResNet18();
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        var counts = new Dictionary<(MachineMode, OperatorKind), int>();
        while (csv.Read())
        {
            if (ModeOf(csv.GetField("source_log")!) is { } mode && PublishedCycles.KindOf(csv.GetField("op")!) is { } kind)
            {
                int ordinal = counts.GetValueOrDefault((mode, kind));
                counts[(mode, kind)] = ordinal + 1;
                result.cycles.Add((mode, kind, ordinal), csv.GetField<long>("cycles"));
            }
        }

        return result;
    }
}
