using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.Golden.Import.Pte;

/// <summary>Operators that copy part of a value.</summary>
internal sealed partial class PteNetworkBuilder
{
    // (self, dim, start, end, step, out)
    private void MapSlice()
    {
        arguments.RequireCount(6);
        TensorInfo source = Read(0);
        (int dimension, int extent) = Dimension(0, 1);
        if (arguments.Int(4) != 1)
        {
            throw arguments.Fault(Text($"takes every {arguments.Int(4)}th index; nearest supported form: consecutive ones"));
        }

        int first = Bound(2, extent, 0);
        int end = Bound(3, extent, extent);
        Part(5, source, dimension, first, end - first);
    }

    // (self, dim, index, out)
    private void MapSelect()
    {
        arguments.RequireCount(4);
        TensorInfo source = Read(0);
        (int dimension, int extent) = Dimension(0, 1);
        int index = arguments.Int32(2, -extent, extent - 1);
        TensorShape part = PartOf(source, dimension, 1);
        TensorShape declared = ShapeOf(arguments.Tensor(3), arguments.Place, isLast: false);
        bool isSame = declared.Batch == part.Batch && declared.ElementCount == part.ElementCount && declared.Height * declared.Width == 1;
        if ((IsLast(0) && part.PlaneElementCount > 1 && part.Channels > 1) || (declared != part && !isSame))
        {
            throw arguments.Fault(Text($"leaves {declared} of {source.Shape}; nearest supported form: one image, or one place of each image"));
        }

        Add(3, network.Slice(Name("slice"), source, AxisOf(dimension), index < 0 ? index + extent : index, part), isLast: false);
    }

    // (self, split_sizes, dim, out): out is a list, of which the file names the tensors
    private void MapSplit(PteKernelCall call)
    {
        arguments.RequireCount(4);
        TensorInfo source = Read(0);
        long[] sizes = arguments.Ints(1);
        (int dimension, int extent) = Dimension(0, 2);
        if (arguments.Value(3) is not PteValue.TensorList { ValueIndices: var parts } || parts.Length != sizes.Length)
        {
            throw arguments.Fault(Text($"has {sizes.Length} sizes, and its output is no list of as many tensors"));
        }

        if (sizes.Any(static size => size < 1) || sizes.Sum() != extent)
        {
            throw arguments.Fault(Text($"cuts {extent} into [{string.Join(", ", sizes)}], expected numbers above 0 that add up to it"));
        }

        int first = 0;
        bool isLast = IsLast(0);
        for (int i = 0; i < parts.Length; i++)
        {
            // Each part is a call of its own, whose output is the last argument.
            TensorShape part = PartOf(source, dimension, (int)sizes[i]);
            TensorInfo made = network.Slice(Name("slice"), source, AxisOf(dimension), first, part);
            arguments = new PteArguments(path, plan, call with { Arguments = [call.Arguments[0], parts[i]] });
            Write(1, made, isLast);
            first += (int)sizes[i];
        }
    }

    private void Part(int output, TensorInfo source, int dimension, int first, int count)
    {
        if (count < 1)
        {
            throw arguments.Fault("leaves nothing; expected at least one index");
        }

        bool isLast = IsLast(0);
        TensorShape shape = PartOf(source, dimension, count);
        if (shape == source.Shape)
        {
            Alias(output, source, isLast);
            return;
        }

        Write(output, network.Slice(Name("slice"), source, AxisOf(dimension), first, shape), isLast);
    }

    /// <summary>Keeps a value that the file declares with another shape of the same elements.</summary>
    private void Add(int position, TensorInfo value, bool isLast)
    {
        if (!values.TryAdd(arguments.ValueIndex(position), value))
        {
            throw arguments.Fault(Text($"writes value {arguments.ValueIndex(position)} again"));
        }

        MarkLayout(arguments.ValueIndex(position), isLast);
    }

    private (int Dimension, int Extent) Dimension(int tensor, int position)
    {
        int[] sizes = arguments.Tensor(tensor).Sizes;
        int dimension = arguments.Int32(position, -sizes.Length, sizes.Length - 1);
        dimension += dimension < 0 ? sizes.Length : 0;
        return (dimension, sizes[dimension]);
    }

    private int Bound(int position, int extent, int none)
    {
        long bound = arguments.Value(position) is PteValue.None ? none : arguments.Int(position);
        return (int)Math.Clamp(bound < 0 ? bound + extent : bound, 0, extent);
    }

    /// <summary>The axis of [N, C, H, W] that a dimension of the first argument is.</summary>
    private int AxisOf(int dimension) => (arguments.Tensor(0).Sizes.Length, IsLast(0)) switch
    {
        (1, _) => 1,
        (3, true) => ((int[])[0, 3, 1])[dimension],
        (3, false) => ((int[])[0, 1, 3])[dimension],
        (4, true) => ChannelsLastAxes[dimension],
        _ => dimension,
    };

    private TensorShape PartOf(TensorInfo source, int dimension, int count)
    {
        TensorShape shape = source.Shape;
        TensorShape declared = ShapeOf(arguments.Tensor(0), arguments.Place, IsLast(0));
        if (declared != shape)
        {
            throw arguments.Fault(Text($"cuts a view {declared} of {shape}; nearest supported form: the value as it was made"));
        }

        return AxisOf(dimension) switch
        {
            0 => TensorShape.FromNchw(count, shape.Channels, shape.Height, shape.Width),
            1 => TensorShape.FromNchw(shape.Batch, count, shape.Height, shape.Width),
            2 => TensorShape.FromNchw(shape.Batch, shape.Channels, count, shape.Width),
            _ => TensorShape.FromNchw(shape.Batch, shape.Channels, shape.Height, count),
        };
    }
}
