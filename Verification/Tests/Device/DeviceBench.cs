using TileProof.HwModel.Device;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Export;

namespace TileProof.Tests.Device;

/// <summary>A small convolution with several uneven tiles in unequal banks, and C programs that compute it.</summary>
internal static class DeviceBench
{
    private static readonly DeviceBuilder Builder = new(Path.Combine(Path.GetTempPath(), "tileproof-tests-device"));

    public static DspConfiguration Machine { get; } = DspConfiguration.FromBankBytes(4096, 5120);

    public static Conv2dShape Shape { get; } = Conv2dShape.Create(12, 10, 18, 20, 3, 3, 1, 1);

    /// <summary>7 channels and 3 rows a tile: the last tile of each is shorter.</summary>
    public static Conv2dTilePlan Plan { get; } = Conv2dTilePlanner.TryPlanTiles(Shape, Machine.Banks)! with { ChannelsPerTile = 7, RowsPerTile = 3 };

    public static void RequireCompiler() => Skip.If(DeviceCompiler.TryFind() is null, "no C compiler");

    /// <summary>Builds a program of source files.</summary>
    public static DeviceProgram Program(TemporaryFolder folder, IReadOnlyDictionary<string, string> files, params string[] flags)
    {
        foreach ((string name, string text) in files)
        {
            File.WriteAllText(folder[name], text);
        }

        return new DeviceProgram
        {
            Name = "test",
            Sources = [.. files.Keys.Where(static name => name.EndsWith(".c", StringComparison.Ordinal) || name.EndsWith(".cpp", StringComparison.Ordinal)).Select(name => folder[name])],
            IncludeFolders = [folder.FullPath],
            Flags = flags,
            Entries = new Dictionary<OperatorKind, DeviceEntry> { [OperatorKind.Conv2d] = new("run") },
            TimeLimitMilliseconds = 4000,
        };
    }

    public static DeviceSession Open(DeviceProgram program)
    {
        DeviceBuild build = Builder.Build(program, LayerConfigHeader.Write(Machine.Banks, [Plan], []), Machine);
        (sbyte[] weights, Requantization kernel, Tensor input) = Data(Shape);
        return new DeviceSession(build, DeviceCall.Convolution(Plan, weights, kernel, input, Machine.PoisonByte), Machine);
    }

    public static DeviceBuild Build(DeviceProgram program, DspConfiguration machine, IReadOnlyList<Conv2dTilePlan> plans) =>
        Builder.Build(program, LayerConfigHeader.Write(machine.Banks, plans, []), machine);

    /// <summary>Checks that a program gives the bytes at every landing, ring behaviour and old content of memory, does the same each time, and breaks no rule.</summary>
    public static void AssertRight(IReadOnlyDictionary<string, string> files, string optimization, int randomSchedules)
    {
        RequireCompiler();
        using var folder = new TemporaryFolder();
        using DeviceSession session = Open(Program(folder, files, optimization));
        byte[] expected = Expected(Plan, Machine);
        DeviceRunSettings[] schedules =
        [
            new() { Landing = LandingKind.AtIssue }, new() { Landing = LandingKind.AtWait },
            .. Enumerable.Range(0, randomSchedules).Select(static seed => new DeviceRunSettings { Landing = LandingKind.Random, Seed = seed, RingMode = (DeviceRingMode)(seed % 3), Poison = (byte)(seed * 37) }),
        ];
        DeviceRun? first = null;
        foreach (DeviceRunSettings schedule in schedules)
        {
            DeviceRun run = session.Run(schedule);
            Assert.Equal((DeviceFaultKind.None, 0), (run.Fault, run.Status));
            Assert.Equal(expected, run.OutputAtReturn);
            first ??= run;
            Assert.True(run.DoesTheSameAs(first), $"{schedule} does something else");
        }

        Assert.Empty(RecordedCheck.Check(ProgramRecorder.Record(first!), Machine).Select(static hazard => $"{hazard.Hazard} at {hazard.Origin}"));
    }

    /// <summary>What the simulated machine makes of the layer with right programs.</summary>
    public static byte[] Expected(Conv2dTilePlan plan, DspConfiguration machine)
    {
        (sbyte[] weights, Requantization kernel, Tensor input) = Data(plan.Shape);
        return new SimulatedConvolution { Machine = machine, Landing = new LandAtIssue(), Plan = plan, Weights = weights, Requantization = kernel }.Run(input).Bytes.ToArray();
    }

    /// <summary>The layer as an operator, with biases and scales of a model.</summary>
    public static Conv2dCall Operator() => new()
    {
        Index = 0,
        Name = "bench",
        Inputs = [new TensorInfo("in", Shape.InputShape(1), ElementType.Int8, QuantizationParameters.FromScale(0.02f, -5))],
        Output = new TensorInfo("out", Shape.OutputShape(1), ElementType.Int8, QuantizationParameters.FromScale(0.9f, 11)),
        Shape = Shape,
        Weights = Data(Shape).Weights,
        Bias = [.. Enumerable.Range(0, Shape.OutChannels).Select(static channel => (channel * 713) - 4000)],
        WeightScales = [0.01f],
    };

    public static (sbyte[] Weights, Requantization Kernel, Tensor Input) Data(Conv2dShape shape)
    {
        uint state = 12345;
        sbyte[] weights = Fill(shape.WeightCount);
        sbyte[] input = Fill(shape.InChannels * shape.InHeight * shape.InWidth);
        var kernel = new Requantization
        {
            InputZeroPoint = -5,
            AccumulatorShift = 6,
            OutputScales = [41231],
            OutputShift = 21,
            KernelBias = [.. Enumerable.Range(0, shape.OutChannels).Select(static channel => (channel * 371) - 900)],
        };
        return (weights, kernel, Tensor.FromInt8(TensorShape.FromNchw(1, shape.InChannels, shape.InHeight, shape.InWidth), input));

        sbyte[] Fill(int count)
        {
            var values = new sbyte[count];
            foreach (ref sbyte value in values.AsSpan())
            {
                state = unchecked((state * 1664525) + 1013904223);
                value = unchecked((sbyte)(state >> 24));
            }

            return values;
        }
    }
}
