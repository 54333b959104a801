using TileProof.Golden.Export.Onnx;
using TileProof.Golden.Export.Pte;
using TileProof.Golden.Import;
using TileProof.Golden.Import.Pte;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Tests.Support;

namespace TileProof.Tests.Import;

/// <summary>Operators of a program that copy part of a value, along every dimension and in both orders of axes.</summary>
public sealed class PteSliceTests
{
    /// <summary>Dimension, bounds as the file states them, and the axis, first index and count that they mean.</summary>
    [Theory]
    [InlineData(1, 2L, 5L, false, 1, 2, 3)]
    [InlineData(-3, -4L, 9223372036854775807L, false, 1, 2, 4)]
    [InlineData(2, 1L, -1L, false, 2, 1, 2)]
    [InlineData(-1, 0L, 6L, false, 3, 0, 6)]
    [InlineData(0, 1L, 2L, false, 0, 1, 1)]
    [InlineData(3, 2L, 5L, true, 1, 2, 3)]
    [InlineData(1, 1L, 3L, true, 2, 1, 2)]
    [InlineData(2, 0L, 6L, true, 3, 0, 6)]
    public void Build_Slice_CopiesThoseIndices(int dimension, long start, long end, bool isLast, int axis, int first, int count)
    {
        int[] sizes = isLast ? [2, 4, 7, 6] : [2, 6, 4, 7];
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, sizes);
        int levels = plan.Quantize(input, isUnsigned: false, sizes);
        int[] cut = [.. sizes];
        cut[(dimension + 4) % 4] = count;
        int part = plan.Tensor(PteScalarType.Int8, cut);
        plan.Call("aten::slice_copy", levels, plan.Number(dimension), plan.Number(start), plan.Number(end), plan.Number(1), part);
        if (isLast)
        {
            // Says that the input has its channels last.
            int pooled = plan.Tensor(PteScalarType.Int8, cut);
            plan.Call("cadence::quantized_max_pool2d_nhwc", part, plan.Ints(1, 1), plan.Ints(1, 1), plan.Ints(0, 0), plan.Ints(1, 1), plan.Truth(false), pooled);
            part = pooled;
        }

        Network network = plan.Build(input, part);
        SliceCall slice = Assert.Single(network.Calls.OfType<SliceCall>());
        Assert.Equal((axis, first), (slice.Axis, slice.First));
        Assert.Equal(count, new[] { slice.Output.Shape.Batch, slice.Output.Shape.Channels, slice.Output.Shape.Height, slice.Output.Shape.Width }[axis]);
        Network again = PteModel.Read("parts.pte", PteModelWriter.Write(network));
        Assert.Equal(NetworkText.Of(network, withNames: false), NetworkText.Of(again, withNames: false));
    }

    [Fact]
    public void Build_SplitAndSelect_CallsOfTheirOwn()
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, 2, 6, 4, 7);
        int[] parts = [plan.Tensor(PteScalarType.Float32, 2, 1, 4, 7), plan.Tensor(PteScalarType.Float32, 2, 3, 4, 7), plan.Tensor(PteScalarType.Float32, 2, 2, 4, 7)];
        plan.Call("aten::split_with_sizes_copy", input, plan.Ints(1, 3, 2), plan.Number(1), plan.Add(new PteValue.TensorList(parts)));
        int joined = plan.Tensor(PteScalarType.Float32, 2, 6, 4, 7);
        plan.Call("aten::cat", plan.Add(new PteValue.TensorList([parts[2], parts[0], parts[1]])), plan.Number(1), joined);
        int mean = plan.Tensor(PteScalarType.Float32, 2, 6, 1, 1);
        plan.Call("aten::mean", joined, plan.Ints(-1, -2), plan.Truth(true), plan.None(), mean);
        int selected = plan.Tensor(PteScalarType.Float32, 2, 6);
        plan.Call("aten::select_copy", mean, plan.Number(-1), plan.Number(0), selected);
        Network network = plan.Build(input, selected);
        Assert.Equal([(1, 0), (1, 1), (1, 4), (3, 0)], network.Calls.OfType<SliceCall>().Select(static slice => (slice.Axis, slice.First)));
        Tensor image = SampleNetwork.Images(network.Input.Shape);
        IReadOnlyList<Tensor> outputs = NetworkRun.Outputs(network, image);
        float[] expected = [.. image.Float32[(4 * 28)..(6 * 28)].ToArray(), .. image.Float32[..(4 * 28)].ToArray()];
        Assert.Equal(expected, outputs[3].Float32[..(6 * 28)].ToArray());
        Assert.Equal(outputs[4].Float32.ToArray(), outputs[5].Float32.ToArray());
        Assert.NotEmpty(OnnxModelWriter.Write(network));
    }

    /// <summary>Rows with channels last, whose second dimension are columns; selected from the end.</summary>
    [Theory]
    [InlineData(1, 2, 5, 3, 2)]
    [InlineData(2, 1, 6, 1, 1)]
    public void Build_RowsWithChannelsLast_CutAlongTheirAxis(int dimension, long start, long end, int axis, int first)
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, 2, 6, 7);
        int levels = plan.Quantize(input, isUnsigned: false, 2, 6, 7);
        int moved = plan.Tensor(PteScalarType.Int8, 2, 7, 6);
        plan.Call("aten::permute_copy", levels, plan.Ints(0, 2, 1), moved);
        int[] cut = [2, 7, 6];
        cut[dimension] = (int)(end - start);
        int part = plan.Tensor(PteScalarType.Int8, cut);
        plan.Call("aten::slice_copy", moved, plan.Number(dimension), plan.Number(start), plan.Number(end), plan.Number(1), part);
        SliceCall slice = Assert.Single(plan.Build(input, part).Calls.OfType<SliceCall>());
        Assert.Equal((axis, first), (slice.Axis, slice.First));
    }

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(-6, 0)]
    [InlineData(2, 2)]
    public void Build_SelectFromTheEnd_CountsBack(int index, int first)
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, 2, 6, 1, 1);
        int part = plan.Tensor(PteScalarType.Float32, 2, 1, 1);
        plan.Call("aten::select_copy", input, plan.Number(1), plan.Number(index), part);
        SliceCall slice = Assert.Single(plan.Build(input, part).Calls.OfType<SliceCall>());
        Assert.Equal((1, first), (slice.Axis, slice.First));
    }

    [Theory]
    [InlineData(2L, 2L, 1L, "leaves nothing")]
    [InlineData(0L, 4L, 2L, "takes every 2th index")]
    public void Build_WrongSlice_Refused(long start, long end, long step, string reason)
    {
        var plan = new PtePlanParts();
        int input = plan.Tensor(PteScalarType.Float32, 2, 6, 4, 7);
        int part = plan.Tensor(PteScalarType.Float32, 2, 2, 4, 7);
        plan.Call("aten::slice_copy", input, plan.Number(1), plan.Number(start), plan.Number(end), plan.Number(step), part);
        Assert.Contains(reason, Assert.Throws<ModelFormatException>(() => plan.Build(input, part)).Message, StringComparison.Ordinal);
    }
}
