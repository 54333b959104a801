using FsCheck;
using FsCheck.Fluent;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Faults;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Proof;
using TileProof.Operators;
using TileProof.Tests.Support;
using TileProof.Verification.Hazards;

namespace TileProof.Tests.Proof;

/// <summary>Random programs, right and wrong: one run on words and int8 runs on 20 random images agree.</summary>
public sealed class ProverPropertyTests
{
    private const int Images = 20;
    private const int Programs = 300;
    private const int ProgramsOfTheSlowSuite = 10_000;

    private static readonly (int Kernel, int Stride, int Padding)[] Kernels = [(7, 2, 3), (3, 1, 1), (3, 2, 1), (1, 1, 0), (1, 2, 0)];

    private static readonly HazardRule[] OrderRules = [HazardRule.ReadBeforeArrival, HazardRule.WriteUnderRead, HazardRule.WriteUnderWrite, HazardRule.InFlightAtReturn];

    /// <summary>Defects of movement, without those of the cache, of which bytes know nothing.</summary>
    private static readonly Fault?[] Defects =
    [
        .. Enumerable.Repeat<Fault?>(null, 40),
        .. FaultCatalog.All.Where(static fault => fault.Class is not (FaultClass.MemoryCorruption or FaultClass.Cache or FaultClass.Rounding or FaultClass.ShiftAndScale
            or FaultClass.Saturation or FaultClass.AccumulatorOverflow or FaultClass.ZeroPoint) && fault.Name is not ("bias-zero" or "bias-sign")),
    ];

    [Fact]
    public void Prove_RandomPrograms_AgreesWithRunsOnRandomImages()
    {
        var found = new Counts();
        Properties.ForAll(Programs, Cases(), static _ => [], one => Require(one, found));
        Assert.True(found.Right > Programs / 10 && found.Wrong > Programs / 10, $"{found.Right} right and {found.Wrong} wrong");
    }

    [SkippableFact]
    public void Prove_TenThousandPrograms_AgreesWithRunsOnRandomImages()
    {
        SlowTests.SkipUnlessAsked();
        Properties.ForAll(ProgramsOfTheSlowSuite, Cases(), static _ => [], static one => Require(one, new Counts()));
    }

    private static Gen<RandomProgram> Cases() =>
        from kernel in Gen.Elements(Kernels)
        from extents in Gen.Choose(1, 9).Four()
        from height in Gen.Choose(7, 13)
        from width in Gen.Choose(7, 12)
        from channels in Gen.Choose(1, 4)
        from rows in Gen.Choose(1, 5)
        from path in Gen.Choose(0, 9)
        from programs in Gen.Elements(ProgramLibrary.Corrected, ProgramLibrary.Corrected, ProgramLibrary.Published, ProgramLibrary.PublishedOld)
        from defect in Gen.Elements(Defects)
        from placement in Gen.Choose(0, 127)
        from seed in Gen.Choose(1, 1_000_000)
        select new RandomProgram
        {
            Plan = PlanOf(Conv2dShape.Create(extents.Item1, height, width, extents.Item2, kernel.Kernel, kernel.Kernel, kernel.Stride, kernel.Padding), channels, rows, path, placement),
            Batch = 1 + (extents.Item3 / 7),
            Machine = DspConfiguration.FromBankBytes(1024 * (16 + extents.Item4), 1024 * (25 - extents.Item4)) with
            {
                CacheScratchBytes = path == 8 ? 64 * 7 * 10 * extents.Item1 : 1024 * 1024,
                OutOfBounds = OutOfBoundsBehavior.Continue,
            },
            Programs = programs,
            Defect = defect,
            Seed = seed,
        };

    private static Conv2dTilePlan PlanOf(Conv2dShape shape, int channels, int rows, int path, int placement)
    {
        if (path >= 8)
        {
            return CachePlan.Of(shape);
        }

        int perPass = Math.Max(1, shape.InChannels / (1 + (path % 3)));
        TileSchedule? schedule = path < 4 ? null : new TileSchedule
        {
            Order = path % 2 == 0 ? LoopOrder.RowsOuter : LoopOrder.ChannelsOuter,
            InputBufferCount = 1 + (placement % 2),
            CoefficientBufferCount = 1 + (placement / 2 % 2),
            InputChannelsPerPass = perPass,
            KeepsAllBiases = placement / 4 % 2 == 0,
            SecondCoefficientBank = placement % 2,
            PartialSumBank = 1 - (placement % 2),
        };
        return ProgramProverTests.PlanOf(shape, channels, rows, schedule, Convert.ToString(placement, 2).PadLeft(7, '0'));
    }

    private static void Require(RandomProgram one, Counts found)
    {
        bool isRight = ProveOrFault(one, out string finding);
        bool runsAreRight = RunsAreRight(one, out bool breaksOrder);

        // The landings of 20 runs are some of all; where none of them shows what a race can do, the ordering rules have to say that there is one.
        Assert.True(isRight == runsAreRight || (!isRight && breaksOrder), $"{one}: the prover says {(isRight ? "right" : finding)}, and the runs are {(runsAreRight ? "right" : "wrong")}");
        found.Right += isRight ? 1 : 0;
        found.Wrong += isRight ? 0 : 1;
    }

    private static bool ProveOrFault(RandomProgram one, out string finding)
    {
        try
        {
            ProgramProof proof = new ProvenProgram(one.Plan, one.Machine) { Batch = one.Batch, Programs = one.Programs, ModelsCache = false, Interceptors = one.Defect is null ? null : one.Defect.CreateInjector }.Prove();
            finding = proof.Fault ?? proof.First?.ToString() ?? "";
            return proof.IsProven;
        }
        catch (HardwareFaultException fault)
        {
            finding = fault.Message;
            return false;
        }
    }

    private static bool RunsAreRight(RandomProgram one, out bool breaksOrder)
    {
        breaksOrder = false;
        for (int image = 0; image < Images; image++)
        {
            ConvolutionCase layer = ConvolutionCase.Create(one.Plan.Shape, one.Batch, one.Seed + image);
            sbyte[] golden = ScalarConv2d.Compute(layer.Shape, layer.Batch, layer.Input, layer.Weights, layer.Requantization).Output;
            var monitor = new HazardMonitor(one.Machine);
            var run = new ConvolutionRun
            {
                Case = layer,
                Configuration = one.Machine,
                Programs = one.Programs,
                Plan = one.Plan,
                Interceptor = one.Defect?.CreateInjector(),
                Landing = (image % 3) switch { 0 => new LandAtWait(), 1 => new LandAtIssue(), _ => new LandAtRandom(one.Seed + image) },
            };
            try
            {
                if (!run.Execute(monitor).AsSpan().SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes<sbyte>(golden)))
                {
                    return false;
                }
            }
            catch (HardwareFaultException)
            {
                return false;
            }

            breaksOrder |= monitor.Hazards.Any(static hazard => OrderRules.Contains(hazard.Rule));
        }

        return true;
    }

    private sealed class Counts
    {
        public int Right { get; set; }

        public int Wrong { get; set; }
    }

    private sealed record RandomProgram
    {
        public required Conv2dTilePlan Plan { get; init; }

        public required int Batch { get; init; }

        public required DspConfiguration Machine { get; init; }

        public required ProgramLibrary Programs { get; init; }

        public required Fault? Defect { get; init; }

        public required int Seed { get; init; }

        public override string ToString() =>
            $"{Plan.Shape.ConfigKey} x {Batch}, {Plan}, {Programs}, banks {Machine.Banks[0]} and {Machine.Banks[1]}, scratch {Machine.CacheScratchBytes}, {Defect?.Name ?? "no defect"}, seed {Seed}";
    }
}
