using System.Globalization;
using TileProof.Golden.Onnx.Schema;

namespace TileProof.Golden.Import.Onnx;

/// <summary>One node of an imported graph, with its attributes checked for their type.</summary>
internal sealed class OnnxNode(string path, NodeProto proto)
{
    public string OperatorType => proto.OpType;

    public string Domain => proto.Domain;

    public IReadOnlyList<string> Inputs => proto.Input;

    public IReadOnlyList<string> Outputs => proto.Output;

    /// <summary>The first output; the only one that the operators here use.</summary>
    public string Output => proto.Output[0];

    /// <summary>The node's name, or that of its first output where it has none.</summary>
    public string Name => proto.Name.Length > 0 ? proto.Name : Output;

    public string Place => proto.Name.Length > 0 ? $"node '{proto.Name}' ({OperatorType})" : $"node that makes '{Output}' ({OperatorType})";

    public NodeProto Proto => proto;

    public bool HasInput(int position) => position < proto.Input.Count && proto.Input[position].Length > 0;

    public string Input(int position) => HasInput(position) ? proto.Input[position] : throw Fault(Text($"has no input {position}"));

    public bool HasAttribute(string name) => Find(name) is not null;

    public long Int(string name, long absent) => Find(name, AttributeProto.Types.AttributeType.Int)?.I ?? absent;

    public float Single(string name, float absent) => Find(name, AttributeProto.Types.AttributeType.Float)?.F ?? absent;

    public string Word(string name, string absent) => Find(name, AttributeProto.Types.AttributeType.String)?.S.ToStringUtf8() ?? absent;

    public long[] Ints(string name, params long[] absent) => Find(name, AttributeProto.Types.AttributeType.Ints) is { } found ? [.. found.Ints] : absent;

    public float[] Floats(string name) => Find(name, AttributeProto.Types.AttributeType.Floats) is { } found ? [.. found.Floats] : [];

    public TensorProto? Tensor(string name) => Find(name, AttributeProto.Types.AttributeType.Tensor)?.T;

    /// <summary>Refuses an attribute that has another value than the only one supported.</summary>
    public void RequireInt(string name, long supported, long absent)
    {
        long value = Int(name, absent);
        if (value != supported)
        {
            throw Fault(Text($"{name} is {value}; nearest supported form: {name} {supported}"));
        }
    }

    public ModelFormatException Fault(string problem, Exception? cause = null) => new(path, Place, problem, cause);

    private AttributeProto? Find(string name) => proto.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    private AttributeProto? Find(string name, AttributeProto.Types.AttributeType type) => Find(name) switch
    {
        null => null,
        { } found when found.Type == type || found.Type == AttributeProto.Types.AttributeType.Undefined => found,
        { } found => throw Fault($"attribute {name} is {found.Type}, expected {type}"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
