using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;

namespace TileProof.Verification.Fuzzing;

/// <summary>Makes the smallest case that still shows the same kind of finding: one field after the other towards its simplest value, until none goes further.</summary>
/// <param name="judge">Judges a case.</param>
/// <param name="cancellation">Stops the work between cases.</param>
internal sealed class FuzzShrinker(Func<FuzzCase, FuzzFinding?> judge, CancellationToken cancellation)
{
    /// <summary>Cases that are judged at most for one finding; a count and no time, so that the result is the same everywhere.</summary>
    private const int MostTries = 2500;

    private int tries;

    /// <summary>The smallest case, and what it shows.</summary>
    /// <param name="one">A case with a finding.</param>
    /// <param name="finding">The finding.</param>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public (FuzzCase Case, FuzzFinding Finding) Shrink(FuzzCase one, FuzzFinding finding)
    {
        tries = 0;
        FuzzCase before;
        do
        {
            before = one;
            foreach (Func<FuzzCase, IEnumerable<FuzzCase>> step in Steps)
            {
                while (TryStep(step(one), ref one, ref finding))
                {
                }
            }
        }
        while (!ReferenceEquals(before, one) && tries < MostTries);
        return (one, finding);
    }

    private static Func<FuzzCase, IEnumerable<FuzzCase>>[] Steps { get; } =
    [
        FewerCalls, SimplerMachine, SimplerSettings, SmallerShapes, SimplerCalls, SmallerBanks, SimplerData,
    ];

    private bool TryStep(IEnumerable<FuzzCase> simpler, ref FuzzCase one, ref FuzzFinding finding)
    {
        foreach (FuzzCase candidate in simpler)
        {
            if (tries >= MostTries)
            {
                return false;
            }

            cancellation.ThrowIfCancellationRequested();
            tries++;
            if (IsPossible(candidate) && judge(candidate) is { } same && same.Kind == finding.Kind)
            {
                (one, finding) = (candidate, same);
                return true;
            }
        }

        return false;
    }

    private static bool IsPossible(FuzzCase one)
    {
        try
        {
            return FuzzModel.Of(one).Calls.Count > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Values from the simplest to the one beside the present.</summary>
    private static IEnumerable<int> Towards(int simplest, int value)
    {
        for (int step = value - simplest; step != 0; step /= 2)
        {
            yield return value - step;
        }
    }

    private static IEnumerable<FuzzCase> FewerCalls(FuzzCase one)
    {
        if (one.Calls.Count == 1)
        {
            yield break;
        }

        FuzzModel model = FuzzModel.Of(one);
        for (int i = 0; i < one.Calls.Count; i++)
        {
            yield return WithInput(one, model.Calls[i].Input) with { Calls = [Alone(one.Calls[i], model.Calls[i])] };
        }

        yield return one with { Calls = [.. one.Calls.SkipLast(1)] };
        yield return WithInput(one, model.Calls[0].Output) with { Calls = [.. one.Calls.Skip(1).Select(static call => call with { Reads = [.. call.Reads.Select(static value => Math.Max(value - 1, 0))] })] };
        for (int i = 1; i < one.Calls.Count - 1; i++)
        {
            int removed = i;
            yield return one with
            {
                Calls = [.. one.Calls.Where((_, number) => number != removed).Select(call => call with { Reads = [.. call.Reads.Select(value => value > removed ? value - 1 : value)] })],
            };
        }
    }

    /// <summary>The call with inputs of its own that are like those that the network gave it.</summary>
    private static FuzzCall Alone(FuzzCall fuzz, OperatorCall call) => call switch
    {
        ConcatCall concat => fuzz with { Reads = [0], MoreExtents = [.. concat.Inputs.Skip(1).Select(value => FuzzModel.ExtentOf(value.Shape, concat.Axis))] },
        LevelArithmeticCall { Inputs: [_, { Quantization: { } second }] } => fuzz with { Reads = [0], SecondScale = second.Scale, SecondZeroPoint = second.ZeroPoint },
        _ => fuzz with { Reads = [0] },
    };

    private static FuzzCase WithInput(FuzzCase one, TensorInfo input) => one with
    {
        Batch = input.Shape.Batch,
        Channels = input.Shape.Channels,
        Height = input.Shape.Height,
        Width = input.Shape.Width,
        InputScale = input.Quantization?.Scale ?? 1,
        InputZeroPoint = input.Quantization?.ZeroPoint ?? 0,
    };

    private static IEnumerable<FuzzCase> SimplerMachine(FuzzCase one)
    {
        DspConfiguration machine = one.Machine.Configuration;
        DspConfiguration usual = DspConfiguration.FromBankBytes(machine.Banks);
        IEnumerable<DspConfiguration> simpler =
        [
            usual,
            machine with { VectorBytes = usual.VectorBytes, AllocationAlignmentBytes = usual.AllocationAlignmentBytes },
            machine with { AllocationAlignmentBytes = Math.Max(machine.VectorBytes, usual.AllocationAlignmentBytes) },
            machine with { DmaChannelCount = usual.DmaChannelCount },
            machine with { RingDepth = usual.RingDepth },
            machine with { RingFull = usual.RingFull },
            machine with { DescriptorDimensions = usual.DescriptorDimensions },
            machine with { DescriptorCountLimit = usual.DescriptorCountLimit },
            machine with { HasDataCache = true },
            machine with { CacheLineBytes = usual.CacheLineBytes },
            machine with { CacheScratchBytes = usual.CacheScratchBytes },
            machine with { AccumulatorOverflow = usual.AccumulatorOverflow },
            machine with { DmaAlignmentBytes = usual.DmaAlignmentBytes },
            machine with { PoisonByte = usual.PoisonByte },
            machine.WithBanks(BankBytes.Of(machine.Banks.Take(2))),
            machine.WithBanks(BankBytes.Of(machine.Banks[0], machine.Banks[0])),
        ];
        if (one.Machine.Costs != MachineCosts.Calibrated)
        {
            yield return one with { Machine = one.Machine with { Costs = MachineCosts.Calibrated } };
        }

        foreach (DspConfiguration other in simpler.Where(other => other != machine))
        {
            yield return one with { Machine = one.Machine with { Configuration = other } };
        }
    }

    private static IEnumerable<FuzzCase> SmallerBanks(FuzzCase one)
    {
        DspConfiguration machine = one.Machine.Configuration;
        for (int bank = 0; bank < machine.Banks.Count; bank++)
        {
            foreach (int units in Towards(DspConfiguration.MinimumBankBytes / DspConfiguration.BankGranularityBytes, machine.Banks[bank] / DspConfiguration.BankGranularityBytes))
            {
                int[] bytes = [.. machine.Banks];
                bytes[bank] = units * DspConfiguration.BankGranularityBytes;
                yield return one with { Machine = one.Machine with { Configuration = machine.WithBanks(BankBytes.Of(bytes)) } };
            }
        }
    }

    private static IEnumerable<FuzzCase> SimplerSettings(FuzzCase one)
    {
        FuzzCase[] simpler =
        [
            one with { Programs = ProgramLibrary.Corrected },
            one with { Programs = one.Programs == ProgramLibrary.PublishedOld ? ProgramLibrary.Published : one.Programs },
            one with { Routing = OperatorRouting.Published },
            one with { Derivation = ParameterDerivation.L1Norm },
            one with { AllocationSeed = 0 },
            one with { LandingSeed = 0 },
            one with { KeepsWeights = false },
            one with { Defect = null },
        ];
        return simpler.Where(other => other != one);
    }

    private static IEnumerable<FuzzCase> SmallerShapes(FuzzCase one)
    {
        foreach (int batch in Towards(1, one.Batch))
        {
            yield return one with { Batch = batch };
        }

        foreach (int channels in Towards(1, one.Channels))
        {
            yield return one with { Channels = channels };
            if (one.Calls is [{ Groups: > 1 } grouped])
            {
                // A depthwise layer has as many groups and outputs; another grouped one keeps its channels a group.
                int inGroup = Math.Max(1, one.Channels / grouped.Groups);
                int outGroup = Math.Max(1, grouped.Outputs / grouped.Groups);
                yield return one with { Channels = channels * inGroup, Calls = [grouped with { Groups = channels, Outputs = channels * outGroup }] };
            }
        }

        foreach (int height in Towards(1, one.Height))
        {
            yield return one with { Height = height };
        }

        foreach (int width in Towards(1, one.Width))
        {
            yield return one with { Width = width };
        }
    }

    private static IEnumerable<FuzzCase> SimplerCalls(FuzzCase one)
    {
        for (int i = 0; i < one.Calls.Count; i++)
        {
            foreach (FuzzCall call in Simpler(one.Calls[i]))
            {
                yield return one with { Calls = [.. one.Calls.Take(i), call, .. one.Calls.Skip(i + 1)] };
            }
        }
    }

    private static IEnumerable<FuzzCall> Simpler(FuzzCall call)
    {
        IEnumerable<FuzzCall> smaller =
        [
            call with { Plan = null },
            .. SimplerPlans(call),
            .. Towards(1, call.Outputs).Select(outputs => call with { Outputs = outputs }),
            call with { Groups = 1 },
            .. Towards(1, call.KernelHeight).Select(extent => call with { KernelHeight = extent, KernelWidth = extent }),
            .. Towards(1, call.KernelHeight).Select(extent => call with { KernelHeight = extent }),
            .. Towards(1, call.KernelWidth).Select(extent => call with { KernelWidth = extent }),
            .. Towards(1, call.StrideHeight).Select(stride => call with { StrideHeight = stride, StrideWidth = stride }),
            .. Towards(1, call.StrideHeight).Select(stride => call with { StrideHeight = stride }),
            .. Towards(1, call.StrideWidth).Select(stride => call with { StrideWidth = stride }),
            .. Towards(0, call.PadTop).Select(pad => call with { PadTop = pad, PadLeft = pad, PadBottom = pad, PadRight = pad }),
            .. Towards(0, call.PadTop).Select(pad => call with { PadTop = pad }),
            .. Towards(0, call.PadLeft).Select(pad => call with { PadLeft = pad }),
            .. Towards(0, call.PadBottom).Select(pad => call with { PadBottom = pad }),
            .. Towards(0, call.PadRight).Select(pad => call with { PadRight = pad }),
            .. Towards(1, call.DilationHeight).Select(dilation => call with { DilationHeight = dilation }),
            .. Towards(1, call.DilationWidth).Select(dilation => call with { DilationWidth = dilation }),
            .. call.MoreExtents.Count == 0 ? [] : new[] { call with { MoreExtents = [] }, call with { MoreExtents = [.. call.MoreExtents.Skip(1)] }, call with { MoreExtents = [.. call.MoreExtents.SkipLast(1)] } },
            .. Enumerable.Range(0, call.MoreExtents.Count).SelectMany(i => Towards(1, call.MoreExtents[i]).Select(extent => call with { MoreExtents = [.. call.MoreExtents.Take(i), extent, .. call.MoreExtents.Skip(i + 1)] })),
            .. Towards(1, call.Axis).Select(axis => call with { Axis = axis }),
            call with { OnLevels = false },
            call with { PadLevel = 0 },
            call with { SecondScale = 1 },
            call with { SecondZeroPoint = 0 },
            call with { PerChannel = false },
            call with { ClampMinimum = sbyte.MinValue, ClampMaximum = sbyte.MaxValue },
            call with { WeightZeroPoint = 0 },
            call with { OutputZeroPoint = 0 },
            call with { OutputScale = 1 },
            call with { WeightScale = 1 },
            call with { BiasLimit = 0 },
            .. Towards(0, call.BiasLimit).Select(limit => call with { BiasLimit = limit }),
        ];
        return smaller.Where(other => other != call);
    }

    private static IEnumerable<FuzzCall> SimplerPlans(FuzzCall call) => call.Plan is not { } plan
        ? []
        :
        [
            .. plan.Kind == FuzzPlanKind.Free ? [call with { Plan = plan with { Kind = FuzzPlanKind.Tiles } }] : Array.Empty<FuzzCall>(),
            .. Towards(1, plan.ChannelsPerTile).Select(channels => call with { Plan = plan with { ChannelsPerTile = channels } }),
            .. Towards(1, plan.RowsPerTile).Select(rows => call with { Plan = plan with { RowsPerTile = rows } }),
            .. Towards(1, plan.Passes).Select(passes => call with { Plan = plan with { Passes = passes } }),
            call with { Plan = plan with { PlacementSeed = 0 } },
            call with { Plan = plan with { Order = default } },
            call with { Plan = plan with { InputBuffers = 1 } },
            call with { Plan = plan with { CoefficientBuffers = 1 } },
            call with { Plan = plan with { KeepsAllBiases = true } },
        ];

    private static IEnumerable<FuzzCase> SimplerData(FuzzCase one)
    {
        FuzzData[] simplest = [FuzzData.Zero, FuzzData.Small, FuzzData.Uniform];
        FuzzCase[] simpler =
        [
            .. simplest.TakeWhile(data => data != one.Inputs).Select(data => one with { Inputs = data }),
            one with { InputScale = 1 },
            one with { InputZeroPoint = 0 },
            one with { DataSeed = 0 },
        ];
        return simpler.Where(other => other != one).Concat(
            from i in Enumerable.Range(0, one.Calls.Count)
            from data in simplest.TakeWhile(data => data != one.Calls[i].Weights)
            select one with { Calls = [.. one.Calls.Take(i), one.Calls[i] with { Weights = data }, .. one.Calls.Skip(i + 1)] });
    }
}
