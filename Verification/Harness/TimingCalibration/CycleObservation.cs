using TileProof.HwModel.Planning;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;

namespace TileProof.Verification.TimingCalibration;

/// <summary>One operator call of a published run and its cycles.</summary>
public sealed record CycleObservation
{
    /// <summary>Element-wise operators on fewer elements work on the tensors (operator contract, section 4b).</summary>
    private const int SmallestDmaElements = 1024;

    /// <summary>The network: <c>resnet18</c> or <c>resnet50</c>.</summary>
    public required string Network { get; init; }

    /// <summary>The log that the figure comes from.</summary>
    public required string Run { get; init; }

    /// <summary>The position of the call in the run, from 0.</summary>
    public required int CallIndex { get; init; }

    /// <summary>The operator.</summary>
    public required OperatorKind Kind { get; init; }

    /// <summary>Elements as the log counts them.</summary>
    public required int ElementCount { get; init; }

    /// <summary>Inputs of a fully connected layer, which logs do not print; 0 for other operators.</summary>
    public int InputFeatures { get; init; }

    /// <summary>Cycles in the log.</summary>
    public required long Cycles { get; init; }

    /// <summary>The machine mode of the run.</summary>
    public required MachineMode Mode { get; init; }

    /// <summary>Bytes of a local bank; 0 where the run uses the cache path.</summary>
    public required int BankBytes { get; init; }

    /// <summary>What is printed inside the timed region.</summary>
    public required PrintKind Prints { get; init; }

    /// <summary>Lines printed per tile inside the timed region.</summary>
    public required int TilePrintCount { get; init; }

    /// <summary>The convolution's index in the network; -1 for other operators.</summary>
    public int ConvolutionIndex { get; init; } = -1;

    /// <summary>The convolution's tiles in that run; null for other operators.</summary>
    public Conv2dTilePlan? Plan { get; init; }

    /// <summary>The program of a call that a user measured; null for published calls.</summary>
    public MeasuredProgram? Own { get; init; }

    /// <summary>Whether the run is of the later of both published builds, of which predictions are; a user's calls are of the build that he has.</summary>
    public bool IsOfLaterBuild => Own is not null || Run == PublishedCycles.FinalResNet50Run;

    /// <summary>Equal for calls that every model of structure must predict alike.</summary>
    public string StructureKey => Own is not null ? $"{Mode} {Own.Key}" : (IsOfLaterBuild ? "later " : "") + CallKey;

    private string CallKey => Plan is null
        ? $"{Mode} {Kind} {ElementCount}{(InputFeatures == 0 ? "" : $" of {InputFeatures}")} {BankBytes}"
        : $"{Mode} {Plan.Shape.ConfigKey} {Plan}";

    /// <summary>The layer in any run: equal for calls that the model is wrong about alike.</summary>
    public string LayerKey => Own?.LayerKey ?? Plan?.Shape.ConfigKey ?? (InputFeatures == 0 ? $"{Kind} {ElementCount}" : $"{Kind} {ElementCount} of {InputFeatures}");

    /// <summary>Whether the kernels work on local memory; those of pooling always do here.</summary>
    public bool UsesDma => Own?.UsesDma ?? (BankBytes > 0 && (Plan is not null || Kind is OperatorKind.MaxPool2d or OperatorKind.Mean or OperatorKind.QuantizedLinear || ElementCount >= SmallestDmaElements));

    /// <summary>Bytes of an element of the input that the log counts; of both inputs of add, of all four positions of mean.</summary>
    public int InputElementBytes => Kind switch
    {
        OperatorKind.QuantizePerTensor or OperatorKind.MaxPool2d => 4,
        OperatorKind.Add => 8,
        OperatorKind.Mean => 16,
        _ => 1,
    };

    /// <summary>A readable place, such as <c>resnet18/...quant9.log conv 5</c>.</summary>
    public override string ToString() => ConvolutionIndex >= 0 ? $"{Run} conv {ConvolutionIndex}" : $"{Run} call {CallIndex} {Kind}";
}
