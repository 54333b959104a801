using System.Runtime.InteropServices;
using System.Text.Json;
using TileProof.Operators;

namespace TileProof.Tests.Support;

/// <summary>One of the published single-layer tests: operands, parameters and what the vendor's simulator wrote.</summary>
internal sealed class IssLayer
{
    private readonly JsonElement parameters;

    private IssLayer(string name, JsonElement parameters)
    {
        this.parameters = parameters;
        Shape = Conv2dShape.Create(
            Int("ic"), Int("ih"), Int("iw"), Int("oc"), Int("kh"), Int("kw"), Int("stride"), Int("pad"), Int("dilation"));
        Input = Read<sbyte>(name, "input_q.bin");
        Weights = Read<sbyte>(name, "weight.bin");
        Bias = Read<int>(name, "bias.bin");
        DspOutput = Read<sbyte>(name, "output_opt.bin");
        GenericOutput = Read<sbyte>(name, "output_generic.bin");
    }

    public Conv2dShape Shape { get; }

    /// <summary>int8 <c>[1, C, H, W]</c>.</summary>
    public sbyte[] Input { get; }

    /// <summary>int8 <c>[OC, C, KH, KW]</c>.</summary>
    public sbyte[] Weights { get; }

    public int[] Bias { get; }

    /// <summary>What the DSP kernel produced.</summary>
    public sbyte[] DspOutput { get; }

    /// <summary>What the vendor's float-accumulating reference produced.</summary>
    public sbyte[] GenericOutput { get; }

    public int InputZeroPoint => Int("in_zp");

    public int OutputZeroPoint => Int("out_zp");

    public float BiasScale => (float)parameters.GetProperty("bias_scale").GetDouble();

    public float OutputScale => (float)parameters.GetProperty("out_scale").GetDouble();

    /// <summary>The integers as published.</summary>
    public (int AccumulatorShift, ushort OutputScale, int OutputShift) PublishedIntegers =>
        (Int("accum_shift"), (ushort)Int("u16_output_scale"), Int("output_shift"));

    /// <summary>How many bytes the two published outputs differ in, as published.</summary>
    public int PublishedDifferenceCount => Int("gen_vs_opt_differing_bytes");

    public static IssLayer Load(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(RepositoryPaths.RequirePublished("iss_layers", name, "params.json")));
        return new IssLayer(name, document.RootElement.Clone());
    }

    private static T[] Read<T>(string name, string file)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(RepositoryPaths.RequirePublished("iss_layers", name, file))).ToArray();

    private int Int(string property) => parameters.GetProperty(property).GetInt32();
}
