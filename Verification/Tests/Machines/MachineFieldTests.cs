using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Execution;
using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.HwModel.Timing;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;
using TileProof.Verification.Conformance;
using TileProof.Verification.Cycles;
using TileProof.Verification.Hazards;
using TileProof.Verification.Machines;
using TileProof.Verification.Options;
using TileProof.Verification.TimingCalibration;

namespace TileProof.Tests.Machines;

/// <summary>No field of a machine file is without effect: each one, changed alone, moves what it is about.</summary>
public sealed class MachineFieldTests : IDisposable
{
    private static readonly Conv2dShape Layer = Conv2dShape.Create(24, 19, 26, 40, 3, 3, 1, 1);
    private static readonly Network Network = SampleNetwork.Create();

    private readonly TemporaryFolder folder = new();

    public MachineFieldTests() => File.WriteAllText(
        folder["costs.json"],
        CostSet.Write("lab", MachineMode.MemoryModel, DescribedMachine.Published, "test", [], CostCoefficients.Calibrated.With(CoreTerm.PrologueWeight, 9), CycleUncertainty.Calibrated));

    /// <summary>A field, a value for it, and what has to move.</summary>
    public static TheoryData<string, string, string> Changes => new()
    {
        { "name", "\"mine\"", nameof(Name) },
        { "vectorBytes", "128", nameof(Cycles) },
        { "vectorBytes", "128", nameof(Programs) },
        { "banks", "[8192, 16384]", nameof(Programs) },
        { "banks", "[16384]", nameof(Programs) },
        { "allocationAlignmentBytes", "1024", nameof(Programs) },
        { "poisonByte", "7", nameof(FirstBytes) },
        { "accumulatorOverflow", "\"saturate\"", nameof(OverflowingBytes) },
        { "cacheScratchBytes", "8192", nameof(CacheProgram) },
        { "dma.channels", "1", nameof(Programs) },
        { "dma.ringDepth", "1", nameof(Programs) },
        { "dma.ringDepth", "5", nameof(PublishedHazards) },
        { "dma.ringFull", "\"fault\"", nameof(PublishedHazards) },
        { "dma.descriptorDimensions", "2", nameof(Programs) },
        { "dma.descriptorCountLimit", "7", nameof(Programs) },
        { "dma.alignmentBytes", "64", nameof(PublishedHazards) },
        { "dma.busBytesPerCycle", "3", nameof(Cycles) },
        { "dma.latencyCycles", "500", nameof(Cycles) },
        { "cache", "null", nameof(Programs) },
        { "cache", "null", nameof(Cycles) },
        { "cache.bytes", "1024", nameof(Cycles) },
        { "cache.ways", "1", nameof(LargeCycles) },
        { "cache.lineBytes", "32", nameof(Cycles) },
        { "costs", "\"costs.json\"", nameof(Cycles) },
    };

    [Fact]
    public void Changes_HaveEveryField() => Assert.Equal(
        MachineFields.All.Select(static field => field.Path).Append("cache").Order(StringComparer.Ordinal),
        Changes.Select(static row => (string)row[0]).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Changes))]
    public void Read_FieldChangedAlone_MovesWhatItIsAbout(string field, string value, string facet)
    {
        DescribedMachine changed = Read(field, value);
        Func<DescribedMachine, string> look = facet switch
        {
            nameof(Name) => Name,
            nameof(Programs) => Programs,
            nameof(Cycles) => Cycles,
            nameof(LargeCycles) => LargeCycles,
            nameof(CacheProgram) => CacheProgram,
            nameof(FirstBytes) => FirstBytes,
            nameof(OverflowingBytes) => OverflowingBytes,
            _ => PublishedHazards,
        };
        Assert.Equal(look(Read(null, null)), look(DescribedMachine.Published with { Configuration = DescribedMachine.Published.Configuration.WithBanks(BankBytes.Of(16384, 16384)) }));
        Assert.NotEqual(look(Read(null, null)), look(changed));
        Assert.Equal(field is "name" or "banks" ? "calibrated" : field == "costs" ? "calibrated by lab" : "extrapolated", changed.Configuration.Banks.Count == 1 ? "calibrated" : changed.CycleBasisIn(MachineMode.MemoryModel));
    }

    [Fact]
    public void Write_AnyMachine_ReadsBackEqual()
    {
        DescribedMachine[] machines = [.. DescribedMachine.Presets, .. Changes.Select(row => Read((string)row[0], (string)row[1]))];
        foreach (DescribedMachine machine in machines)
        {
            File.WriteAllText(folder["written.json"], MachineFile.Write(machine));
            Assert.Equal(machine, MachineFile.Read(folder["written.json"]));
        }
    }

    public void Dispose() => folder.Dispose();

    private static string Name(DescribedMachine machine) => machine.IsCalibrated && machine.Name != "m" && machine.Name != DescribedMachine.Published.Name ? machine.Name : "";

    private static BankSetting Setting(DescribedMachine machine) => BankSetting.OfBanks(machine.Configuration.Banks, machine);

    /// <summary>The instructions of calls of every operator.</summary>
    private static string Programs(DescribedMachine machine)
    {
        var prepared = new ProgramSetting(Setting(machine), ProgramLibrary.Corrected, ConvolutionPlans.Published, ParameterDerivation.L1Norm).Prepare();
        OperatorCall[] calls =
        [
            Calls.Conv(Layer, 1, new Random(4), perChannel: false), Calls.Linear(1, [.. Enumerable.Range(0, 700 * 11).Select(static i => (sbyte)(i % 251 - 125))], 0, new int[11], 0, 0, 1 << 30, -9), Calls.Mean(TensorShape.FromNchw(1, 1400, 2, 2)),
            Calls.Add(9001), Calls.Softmax(3, 500), Calls.MaxPool(MaxPool2dShape.Create(9, 21, 30, 3, 3, 2, 1), 1),
        ];
        return string.Concat(calls.Select(call => TextOf(prepared.ProgramOf(call))));
    }

    /// <summary>The instructions of a convolution without local memory.</summary>
    private static string CacheProgram(DescribedMachine machine)
    {
        var prepared = new ProgramSetting(BankSetting.WithoutBanks with { Machine = machine }, ProgramLibrary.Corrected, ConvolutionPlans.Published, ParameterDerivation.L1Norm).Prepare();
        return TextOf(prepared.ProgramOf(Calls.Conv(Layer, 1, new Random(4), perChannel: false)));
    }

    private static string TextOf(TileProgram program)
    {
        var text = new StringBuilder();
        foreach (Instruction instruction in program.Instructions)
        {
            text.Append(CultureInfo.InvariantCulture, $"{instruction.Kind} {instruction.Channel} {instruction.OutstandingCount} {instruction.Parameters.AlignmentBytes}");
            foreach (ProgramRegion region in program.ReadsOf(instruction).ToArray().Concat(program.WritesOf(instruction).ToArray()))
            {
                ProgramBuffer buffer = program.Buffers[region.Buffer];
                text.Append(CultureInfo.InvariantCulture, $" {buffer.Bank}:{region}");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Cycles of every call in every mode, with banks and without.</summary>
    private static string Cycles(DescribedMachine machine)
    {
        var report = new CycleReport(CostCoefficients.Calibrated, PublishedCycles.OfThisBuild);
        BankSetting[] settings = [Setting(machine), BankSetting.WithoutBanks with { Machine = machine }];
        return string.Join(
            '\n',
            from setting in settings
            from mode in Enum.GetValues<MachineMode>()
            from row in report.RowsOf(Network, setting, mode)
            select string.Create(CultureInfo.InvariantCulture, $"{row.Call} {row.MachineMode} {row.PredictedCycles}"));
    }

    /// <summary>Cycles of a layer whose weights fill the cache twice.</summary>
    private static string LargeCycles(DescribedMachine machine)
    {
        var costs = new KernelCosts(machine.CoefficientsFrom(CostCoefficients.Calibrated), MachineMode.MemoryModel);
        return costs.PrologueCycles(Conv2dShape.Create(90, 8, 9, 90, 3, 3, 1, 1)).ToString(CultureInfo.InvariantCulture);
    }

    private static string PublishedHazards(DescribedMachine machine)
    {
        var monitor = new HazardMonitor(ProgramLibrary.Published.MachineFor(Setting(machine).Configuration));
        string fault = "";
        try
        {
            RunPublished(machine, monitor);
        }
        catch (HardwareFaultException exception)
        {
            fault = exception.Message;
        }

        return fault + string.Join('\n', monitor.Hazards.Select(static hazard => $"{hazard}"));
    }

    /// <summary>What a program finds in local memory.</summary>
    private static string FirstBytes(DescribedMachine machine)
    {
        using var started = new DspMachine(Setting(machine).Configuration, 1024, new LandAtWait());
        return Convert.ToHexString(started.Banks[1].Bytes);
    }

    private static void RunPublished(DescribedMachine machine, params MachineObserver[] observers) => new ConvolutionRun
    {
        Case = ConvolutionCase.Create(Layer, batch: 1, seed: 5),
        Configuration = ProgramLibrary.Published.MachineFor(Setting(machine).Configuration),
        Programs = ProgramLibrary.Published,
        Landing = new LandAtWait(),
    }.Execute(observers);

    /// <summary>Sums of 2,304 products of about 2^14, which 24 bits do not hold.</summary>
    private static string OverflowingBytes(DescribedMachine machine)
    {
        Conv2dShape shape = Conv2dShape.Create(256, 5, 6, 3, 3, 3, 1, 1);
        Conv2dCall call = Calls.Conv(shape, 1, new Random(4), perChannel: false);
        call = call with { Weights = [.. Enumerable.Repeat((sbyte)127, call.Weights.Length)] };
        Tensor input = Tensor.FromInt8(shape.InputShape(), [.. Enumerable.Repeat((sbyte)127, 256 * 5 * 6)]);
        return Convert.ToHexString(new DspEngine(Setting(machine).Configuration).Run(call, [input], ParameterDerivation.L1Norm).Bytes);
    }

    private DescribedMachine Read(string? field, string? value)
    {
        var file = new JsonObject { ["name"] = "m", ["banks"] = new JsonArray(16384, 16384) };
        if (field is not null)
        {
            JsonNode? node = JsonNode.Parse(value!);
            string[] parts = field.Split('.');
            if (parts.Length == 1)
            {
                file[field] = node;
            }
            else
            {
                file[parts[0]] = new JsonObject { [parts[1]] = node };
            }
        }

        // Allocations begin at whole vectors.
        if (field == "vectorBytes")
        {
            file["allocationAlignmentBytes"] = 128;
        }

        File.WriteAllText(folder["machine.json"], file.ToJsonString(new JsonSerializerOptions()));
        return MachineFile.Read(folder["machine.json"]);
    }
}
