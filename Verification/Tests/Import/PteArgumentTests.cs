using TileProof.Golden.Export.Pte;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Pte;
using TileProof.Tests.Snapshots;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Every argument of every operator of a program, replaced by values of other kinds and sizes: what is refused, in which words, and what is read.</summary>
public sealed class PteArgumentTests
{
    private static readonly PtePlan Plan = WithReshape(PteProgramReader.Read("m", PteModelWriter.Write(SampleNetwork.Create(batch: 2))));

    /// <summary>What lists name, behind the values of the plan.</summary>
    private static readonly PteValue[] Listed = [new PteValue.Int(1), new PteValue.Int(3), new PteValue.Int(-1), new PteValue.Int(-2), new PteValue.None()];

    private static readonly (string Name, PteValue Value)[] Replacements =
    [
        ("none", new PteValue.None()),
        ("false", new PteValue.Bool(false)),
        ("true", new PteValue.Bool(true)),
        ("0", new PteValue.Int(0)),
        ("1", new PteValue.Int(1)),
        ("3", new PteValue.Int(3)),
        ("-1", new PteValue.Int(-1)),
        ("-129", new PteValue.Int(-129)),
        ("128", new PteValue.Int(128)),
        ("1 << 33", new PteValue.Int(1L << 33)),
        ("0.25", new PteValue.Double(0.25)),
        ("0.0", new PteValue.Double(0)),
        ("NaN", new PteValue.Double(double.NaN)),
        ("[1]", List(0)),
        ("[3, 3]", List(1, 1)),
        ("[1, 3]", List(0, 1)),
        ("[-1, -2]", List(2, 3)),
        ("[-2, -1]", List(3, 2)),
        ("[1, 1, 1]", List(0, 0, 0)),
        ("[]", List()),
        ("[none]", List(4)),
        ("int32 constant 5", new PteValue.Tensor(PteScalarType.Int32, [1], BitConverter.GetBytes(5))),
        ("int64 constant 5", new PteValue.Tensor(PteScalarType.Int64, [1], BitConverter.GetBytes(5L))),
        ("int8 constant [2, 3]", new PteValue.Tensor(PteScalarType.Int8, [2, 3], new byte[6])),
        ("float32 constant [2]", new PteValue.Tensor(PteScalarType.Float32, [2], new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40 })),
        ("int8 tensor [2, 5, 1, 7]", new PteValue.Tensor(PteScalarType.Int8, [2, 5, 1, 7], null)),
        ("float32 tensor of 5 dimensions", new PteValue.Tensor(PteScalarType.Float32, [1, 1, 1, 1, 1], null)),
    ];

    public static TheoryData<string> Operators => [.. Plan.Calls.Select(NameOf).Distinct()];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Build_EveryArgumentReplaced(string name)
    {
        var outcomes = new Outcomes();
        int at = Enumerable.Range(0, Plan.Calls.Count).First(index => NameOf(Plan.Calls[index]) == name);
        PteKernelCall call = Plan.Calls[at];
        for (int position = 0; position < call.Arguments.Length - 1; position++)
        {
            foreach ((string replacement, PteValue value) in Replacements)
            {
                Add(outcomes, replacement, at, With(call, position, Plan.Values.Count + Listed.Length), value);
            }

            Add(outcomes, "no value", at, With(call, position, Plan.Values.Count + Listed.Length));
            Add(outcomes, "no value", at, With(call, position, -1));
            Add(outcomes, "the first value", at, With(call, position, Plan.Inputs[0]));
            outcomes.EndPart($"argument {position}");
        }

        Add(outcomes, "without the last two", at, call.Arguments[..^2]);
        Add(outcomes, "without the returned value", at, call.Arguments[..^1]);
        Add(outcomes, "with one more", at, [.. call.Arguments, call.Arguments[^1]]);
        outcomes.EndPart("arguments");
        Snapshot.Verify(outcomes.ToString(), parameters: name);
    }

    [Fact]
    public void Build_InputsOutputsAndOperatorsReplaced()
    {
        var outcomes = new Outcomes();
        int constant = Enumerable.Range(0, Plan.Values.Count).First(static index => Plan.Values[index] is PteValue.Tensor { Data: not null });
        int last = Plan.Calls[^1].Arguments[^1];
        foreach ((string name, int[] inputs) in new[] { ("none", Array.Empty<int>()), ("two", [Plan.Inputs[0], last]), ("a constant", [constant]), ("no value", [-1]), ("no value", [9999]), ("int8", [Plan.Calls[1].Arguments[0]]) })
        {
            outcomes.Add($"{name} as input", path => Read(path, Plan with { Inputs = inputs }));
        }

        foreach ((string name, int[] outputs) in new[] { ("none", Array.Empty<int>()), ("two", [last, last]), ("the input", Plan.Inputs), ("an inner value", [Plan.Calls[1].Arguments[^1]]), ("no value", [9999]) })
        {
            outcomes.Add($"{name} as output", path => Read(path, Plan with { Outputs = outputs }));
        }

        outcomes.Add("no calls", static path => Read(path, Plan with { Calls = [] }));
        outcomes.EndPart("plan");
        foreach (string name in (string[])["quantized_conv1d", "quantized_relu6", "quantized_add", "relu", "convolution", "addmm", "linear", "gelu", "softmax", "et_view", "clone", "squeeze_copy", "unsqueeze_copy", "quantized_conv_nchw"])
        {
            outcomes.Add(name, path => Read(path, Plan with { Calls = [.. Plan.Calls.Select((call, index) => index == 0 ? call with { Operator = $"{(name.StartsWith("quantized", StringComparison.Ordinal) ? "cadence" : "aten")}::{name}" } : call)] }));
        }

        outcomes.EndPart("operator of the first call");
        Snapshot.Verify(outcomes.ToString());
    }

    private static PteValue.IntList List(params int[] listed) => new([.. listed.Select(static index => (long)Plan.Values.Count + index)]);

    private static string NameOf(PteKernelCall call) => call.Operator[(call.Operator.LastIndexOf(':') + 1)..];

    private static int[] With(PteKernelCall call, int position, int value) => [.. call.Arguments.Select((index, i) => i == position ? value : index)];

    private static void Add(Outcomes outcomes, string change, int at, int[] arguments, params PteValue[] added) => outcomes.Add(
        change, path => Read(path, Plan with { Values = [.. Plan.Values, .. Listed, .. added], Calls = [.. Plan.Calls.Select((call, index) => index == at ? call with { Arguments = arguments } : call)] }));

    private static ImportedModel Read(string path, PtePlan plan) => ImportedModel.Of(PteNetworkBuilder.Build(path, plan));

    /// <summary>The mean as a view of one row an image, written before the call that reads it.</summary>
    private static PtePlan WithReshape(PtePlan plan)
    {
        int at = Enumerable.Range(0, plan.Calls.Count).First(index => plan.Calls[index].Operator == "aten::mean") + 1;
        int mean = plan.Calls[at - 1].Arguments[^1];
        int view = plan.Values.Count;
        var call = new PteKernelCall(99, "aten::view_copy", "out", [mean, plan.Calls[at].Arguments[2], view, view]);
        return plan with
        {
            Values = [.. plan.Values, new PteValue.Tensor(PteScalarType.Float32, [2, 8], null)],
            Calls = [.. plan.Calls.Take(at), call, .. plan.Calls.Skip(at).Select(later => later with { Arguments = [.. later.Arguments.Select(index => index == mean ? view : index)] })],
        };
    }
}
