using System.Runtime.InteropServices;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.Operators;
using TileProof.Verification.Hazards;

namespace TileProof.Verification.Diagnosis;

/// <summary>Runs a convolution with a supposed defect on the simulated DSP, and judges its bytes by those of a device.</summary>
/// <remarks>
/// What local memory and the output tensor held before is not known of a device. Where that can show, everything runs twice, with other bytes there:
/// elements that differ between the two depend on it and are left open.
/// </remarks>
internal sealed class Replayer(DiagnosisSubject subject, DeviceValues device, sbyte[] golden)
{
    // Any two bytes do; complements of each other differ in every bit.
    private static readonly (byte Local, byte Output) OneMemory = (0xA5, 0x5A);
    private static readonly (byte Local, byte Output) OtherMemory = (0x5A, 0xA5);

    /// <summary>Elements of the device that are known, from the first.</summary>
    public int KnownCount => device.KnownCount;

    private readonly int planeElements = subject.Case.Shape.OutHeight * subject.Case.Shape.OutWidth;

    /// <summary>The moments at which transfers may land.</summary>
    public static IReadOnlyList<(string Name, Func<LandingPolicy> Create)> Landings { get; } =
    [
        ("wait", static () => new LandAtWait()),
        ("issue", static () => new LandAtIssue()),
        ("modelled", static () => LandingPolicies.Create(LandingKind.Modelled, 0)),
        ("random:1", static () => new LandAtRandom(1)),
        ("random:20", static () => new LandAtRandom(20)),
    ];

    /// <summary>The score of a hypothesis that contradicts no element; null for one that does, which is known as soon as a tile differs.</summary>
    public ReplayScore? Confirm(DefectHypothesis hypothesis, Func<LandingPolicy> landing)
    {
        if (hypothesis.StoresOnce && hypothesis.Rearrange is null && IsRuledOutEarly(hypothesis, landing))
        {
            return null;
        }

        return Run(hypothesis, landing) is { } replay && Score(replay) is var score && (score.IsExact || score.IsPossible) ? score : null;
    }

    /// <summary>The bytes of a hypothesis; null where the machine stops.</summary>
    public Replay? Run(DefectHypothesis hypothesis, Func<LandingPolicy> landing)
    {
        sbyte[]? levels = Execute(hypothesis, landing, OneMemory, null);
        sbyte[]? others = levels is null || !hypothesis.ExposesOldMemory ? levels : Execute(hypothesis, landing, OtherMemory, null);
        return others is null ? null : new Replay(levels!, others);
    }

    /// <summary>The bytes of a hypothesis with one content of old memory only, which is half the work; null where the machine stops.</summary>
    public Replay? RunOnce(DefectHypothesis hypothesis, Func<LandingPolicy> landing) =>
        Execute(hypothesis, landing, OneMemory, null) is { } levels ? new Replay(levels, levels) : null;

    /// <summary>How a replay fits the device; wrong sum and extremes count as one more wrong element.</summary>
    public ReplayScore Score(Replay replay)
    {
        ReplayScore score = default;
        for (int element = 0; element < device.KnownCount; element++)
        {
            score += ScoreOf(replay, element);
        }

        return device.Totals is null || score.Open > 0 ? score
            : !device.TotalsAgree(replay.Levels) ? score with { WronglyPredicted = score.WronglyPredicted + 1 }
            : device.TotalsAgree(golden) ? score
            : score with { Explained = score.Explained + 1 };
    }

    /// <summary>How a replay fits the device at one element.</summary>
    public ReplayScore ScoreOf(Replay replay, int element)
    {
        sbyte actual = device.Levels[element];
        bool isWrong = actual != golden[element];
        sbyte level = replay.Levels[element];
        sbyte other = replay.OtherLevels[element];
        bool isNeverStored = ((byte)level, (byte)other) == (OneMemory.Output, OtherMemory.Output);
        return level != other ? new ReplayScore(0, 0, 0, isWrong ? 1 : 0, isWrong ? 0 : 1, isNeverStored ? 1 : 0)
            : level == actual ? new ReplayScore(isWrong ? 1 : 0, 0, 0, 0, 0, 0)
            : isWrong ? new ReplayScore(0, 1, 0, 0, 0, 0)
            : new ReplayScore(0, 0, 1, 0, 0, 0);
    }

    /// <summary>Whether a stored tile differs from the device whatever memory held before.</summary>
    private bool IsRuledOutEarly(DefectHypothesis hypothesis, Func<LandingPolicy> landing)
    {
        StoreWatch one = Watch(OneMemory);
        if (one.Contradictions.Count == 0 || !hypothesis.ExposesOldMemory)
        {
            return one.Contradictions.Count > 0;
        }

        return Watch(OtherMemory).Contradictions.Intersect(one.Contradictions).Any();

        StoreWatch Watch((byte Local, byte Output) memory)
        {
            ConvolutionCase changed = hypothesis.Changed?.Value ?? subject.Case;
            var watch = new StoreWatch(device, planeElements, changed.Requantization);
            Execute(hypothesis, landing, memory, watch);
            return watch;
        }
    }

    private sbyte[]? Execute(DefectHypothesis hypothesis, Func<LandingPolicy> landing, (byte Local, byte Output) memory, StoreWatch? watch)
    {
        ConvolutionCase changed = hypothesis.Changed?.Value ?? subject.Case;
        var convolution = new SimulatedConvolution
        {
            Machine = subject.Machine with { PoisonByte = memory.Local },
            Programs = hypothesis.Programs ?? subject.Programs,
            Landing = landing(),
            Plan = subject.Plan,
            Weights = changed.Weights,
            Requantization = changed.Requantization,
            OutputBefore = memory.Output,
            Interceptor = hypothesis.CreateInterceptor?.Invoke(),
        };
        try
        {
            Tensor input = Tensor.FromInt8(changed.Shape.InputShape(changed.Batch), changed.Input);
            byte[] bytes = convolution.Run(input, watch is null ? [] : [watch]).Bytes.ToArray();
            return MemoryMarshal.Cast<byte, sbyte>(hypothesis.Rearrange?.Invoke(bytes) ?? bytes).ToArray();
        }
        catch (Exception stopped) when (stopped is HardwareFaultException || (stopped is OperationCanceledException && watch is { Contradictions.Count: > 0 }))
        {
            return null;
        }
    }
}
