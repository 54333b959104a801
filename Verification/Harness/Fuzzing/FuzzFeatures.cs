using System.Globalization;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Operators.Calls;
using TileProof.Operators.Requantizing;
using TileProof.Verification.Options;

namespace TileProof.Verification.Fuzzing;

/// <summary>Says what of <see cref="FuzzCoverage.Catalog"/> a case and its programs are.</summary>
internal static class FuzzFeatures
{
    /// <summary>What the machine and the numbers of a case are.</summary>
    public static void OfCase(FuzzCase one, FuzzReach reached)
    {
        DspConfiguration machine = one.Machine.Configuration;
        reached.Add(FuzzCoverage.Machine, machine.Banks.Count == 1 ? "1 bank" : $"{machine.Banks.Count} banks");
        reached.Add(FuzzCoverage.Machine, "unequal banks", machine.Banks.Distinct().Count() > 1);
        reached.Add(FuzzCoverage.Machine, machine.VectorBytes == 64 ? "64-byte vectors" : "128-byte vectors");
        reached.Add(FuzzCoverage.Machine, "one channel", machine.DmaChannelCount == 1);
        reached.Add(FuzzCoverage.Machine, machine.RingDepth switch { 1 => "ring of 1", 2 => "ring of 2", _ => "deeper ring" });
        reached.Add(FuzzCoverage.Machine, machine.RingFull == RingFullBehavior.Block ? "full ring blocks" : "full ring faults");
        reached.Add(FuzzCoverage.Machine, machine.DescriptorDimensions switch { 1 => "descriptors of bytes", 2 => "descriptors of rows", _ => "descriptors of planes" });
        reached.Add(FuzzCoverage.Machine, "short descriptors", machine.DescriptorCountLimit < DspConfiguration.MaximumDescriptorCount);
        reached.Add(FuzzCoverage.Machine, "no cache", !machine.HasDataCache);
        reached.Add(FuzzCoverage.Machine, "other cache lines", machine.CacheLineBytes != SystemMemory.CacheLineBytes);
        reached.Add(FuzzCoverage.Machine, "small scratch buffer", machine.CacheScratchBytes < 1024 * 1024);
        reached.Add(FuzzCoverage.Machine, "saturating accumulators", machine.AccumulatorOverflow == AccumulatorOverflow.Saturate);
        reached.Add(FuzzCoverage.Machine, "aligned transfers", machine.DmaAlignmentBytes > 1);
        reached.Add(FuzzCoverage.Machine, "coarse alignment", machine.AllocationAlignmentBytes > machine.VectorBytes);
        reached.Add(FuzzCoverage.Numbers, "batch", one.Batch > 1);
        if (one.Calls.Count > 1)
        {
            reached.Add(FuzzCoverage.Networks, $"{one.Calls.Count} calls");
            reached.Add(FuzzCoverage.Networks, "residual add", one.Calls.Any(static call => call.Operator == OperatorKind.Add && call.Reads.Distinct().Count() > 1));
            reached.Add(FuzzCoverage.Networks, one.KeepsWeights ? "weights kept" : "weights placed for each call");
        }
    }

    /// <summary>What a call and its program are.</summary>
    public static void OfCall(FuzzCase one, FuzzCall fuzz, OperatorCall call, TileProgram program, FuzzReach reached)
    {
        string kind = ChoiceList.NameOf(call.Kind);
        reached.Add(FuzzCoverage.Operator, kind);
        reached.Add(FuzzCoverage.Path, $"{kind} {ChoiceList.NameOf(program.Plan.Path)}");
        foreach (ref readonly Instruction instruction in program.Instructions.AsSpan())
        {
            reached.Add(FuzzCoverage.Instruction, ChoiceList.NameOf(instruction.Kind));
            reached.Add(FuzzCoverage.Kernel, ChoiceList.NameOf(instruction.Parameters.Kernel), instruction.Parameters.Kernel != ProgramKernel.None);
        }

        OfTails(call, one.Machine.Configuration.VectorBytes, reached);
        OfNumbers(one, call, reached);
        OfPlan(one, fuzz, call, program, reached);
    }

    /// <summary>Whether the case lies at an edge of the planner of a call, or just below one.</summary>
    public static void OfEdges(FuzzCase one, OperatorCall call, FuzzReach reached)
    {
        try
        {
            (bool isAbove, bool isBelow) = FuzzEdges.PlaceOf(one, call);
            reached.Add(FuzzCoverage.Edge, $"{ChoiceList.NameOf(call.Kind)} at", isAbove);
            reached.Add(FuzzCoverage.Edge, $"{ChoiceList.NameOf(call.Kind)} below", isBelow);
        }
        catch (HardwareFaultException)
        {
            // The machine cannot run the call with one step less.
        }
    }

    private static void OfTails(OperatorCall call, int vectorBytes, FuzzReach reached)
    {
        int lanes = vectorBytes / call.Input.ElementType.SizeBytes();
        TensorShape output = call.Output.Shape;
        if (call.Kind is OperatorKind.Conv2d or OperatorKind.MaxPool2d or OperatorKind.AveragePool2d)
        {
            reached.Add(FuzzCoverage.Tail, $"width {TailOf(output.Width, lanes)}");
            reached.Add(FuzzCoverage.Tail, $"channels {TailOf(output.Channels, lanes)}");
        }
        else
        {
            reached.Add(FuzzCoverage.Tail, $"elements {TailOf(call.Input.Shape.ImageElementCount, lanes)}");
        }
    }

    private static string TailOf(int count, int lanes) =>
        count < lanes ? "less than a vector" : (count % lanes) switch { 0 => "whole vectors", 1 => "one more", var rest => rest == lanes - 1 ? "one less" : "others" };

    private static void OfNumbers(FuzzCase one, OperatorCall call, FuzzReach reached)
    {
        reached.Add(FuzzCoverage.Numbers, "input zero point -128", call.Input.Quantization is { ZeroPoint: sbyte.MinValue });
        reached.Add(FuzzCoverage.Numbers, "input zero point 127", call.Input.Quantization is { ZeroPoint: sbyte.MaxValue });
        reached.Add(FuzzCoverage.Numbers, "output zero point -128", call.Output.Quantization is { ZeroPoint: sbyte.MinValue });
        reached.Add(FuzzCoverage.Numbers, "output zero point 127", call.Output.Quantization is { ZeroPoint: sbyte.MaxValue });
        reached.Add(FuzzCoverage.Numbers, "weight zero point", call is QuantizedLinearCall { WeightZeroPoint: not 0 });
        if (call is not Conv2dCall convolution || !one.Programs.Tiles(convolution.Shape))
        {
            return;
        }

        Requantization integers = convolution.Requantize(one.Derivation);
        reached.Add(FuzzCoverage.Numbers, "scale per channel", integers.IsPerChannel);
        reached.Add(FuzzCoverage.Numbers, "residual correction", integers.HasPostCorrection);
        reached.Add(FuzzCoverage.Numbers, "clamped output", convolution.IsClamped);
        reached.Add(FuzzCoverage.Numbers, "accumulator shift 0", integers.AccumulatorShift == 0);
        reached.Add(FuzzCoverage.Numbers, "accumulator shift 8 or more", integers.AccumulatorShift >= 8);
        reached.Add(FuzzCoverage.Numbers, "output shift 0", integers.OutputShift == 0);
        reached.Add(FuzzCoverage.Numbers, "output shift 31", integers.OutputShift == 31);
        reached.Add(FuzzCoverage.Numbers, "worst-case derivation", one.Derivation == ParameterDerivation.WorstCase);
        reached.Add(FuzzCoverage.Numbers, "bias at 24 bits", Array.Exists(integers.KernelBias, static bias => bias is RequantizationDeriver.MinimumAccumulator or RequantizationDeriver.MaximumAccumulator));
    }

    private static void OfPlan(FuzzCase one, FuzzCall fuzz, OperatorCall call, TileProgram program, FuzzReach reached)
    {
        if (call is Conv2dCall { Shape: var shape })
        {
            bool isTiled = one.Programs.Tiles(shape);
            reached.Add(FuzzCoverage.ConvolutionForm, !isTiled ? "generic" : ConvolutionKernel.FamilyOf(shape) switch
            {
                ConvolutionFamily.Published or ConvolutionFamily.Depthwise => ConvolutionKernel.NameOf(shape),
                _ => shape.Groups > 1 ? "window of groups" : "window",
            });
            if (isTiled)
            {
                reached.Add(FuzzCoverage.Plan, ChoiceList.NameOf(fuzz.Plan?.Kind ?? FuzzPlanKind.Planner));
                OfConvolutionPlan(one, fuzz, program, reached);
            }
        }

        if (call is MaxPool2dCall or AveragePool2dCall && one.Routing != OperatorRouting.Direct && (!one.Programs.IsPublished || ProgramLibrary.IsPublishedOperator(call)))
        {
            MaxPool2dShape windows = call is AveragePool2dCall average ? average.Shape : ((MaxPool2dCall)call).Shape;
            reached.Add(FuzzCoverage.TilePlanner, "pooling of levels", fuzz.OnLevels);
            reached.Add(FuzzCoverage.TilePlanner, "pooling of any strides and sides", !windows.IsUniform);
            MaxPoolTilePlan? plan = program.Plan.MaxPool;
            reached.Add(FuzzCoverage.TilePlanner, "pooling fits no bank", plan is null);
            reached.Add(FuzzCoverage.TilePlanner, "pooling in one tile", plan is { ChannelTileCount: 1, RowTileCount: 1 });
            reached.Add(FuzzCoverage.TilePlanner, "pooling channels uneven", plan is not null && plan.ChannelsInLastTile < plan.ChannelsPerTile);
            reached.Add(FuzzCoverage.TilePlanner, "pooling rows uneven", plan is not null && plan.Shape.OutHeight % plan.RowsPerTile != 0);
        }

        if (call is ConcatCall or PadCall or SliceCall)
        {
            OfCopies(one, call, program, reached);
        }
        else if (program.Plan is { Path: OperatorPath.Dma, Convolution: null, MaxPool: null })
        {
            OfChunks(call, program, reached);
        }
    }

    /// <summary>How the pieces of a copied value are cut, seen from what its program stores.</summary>
    private static void OfCopies(FuzzCase one, OperatorCall call, TileProgram program, FuzzReach reached)
    {
        if (program.Plan.Path != OperatorPath.Dma)
        {
            reached.Add(FuzzCoverage.TilePlanner, "pad row fits no bank", call is PadCall && one.Routing != OperatorRouting.Direct);
            return;
        }

        int elementBytes = call.Output.ElementType.SizeBytes();
        int largestBytes = program.Buffers.Where(static buffer => buffer.Role == BufferRole.Scratch).Max(static buffer => buffer.LengthBytes);
        if (call is ConcatCall concat)
        {
            bool isCut = concat.Inputs.Any(value => (long)concat.RunElements(value) * elementBytes > largestBytes);
            reached.Add(FuzzCoverage.TilePlanner, isCut ? "concat of parts of runs" : "concat of whole runs");
            return;
        }

        if (call is SliceCall slice)
        {
            reached.Add(FuzzCoverage.TilePlanner, (long)slice.RunElements(slice.Output) * elementBytes > largestBytes ? "slice of parts of runs" : "slice of whole runs");
            return;
        }

        reached.Add(FuzzCoverage.TilePlanner, (long)call.Output.Shape.PlaneElementCount * elementBytes > largestBytes ? "pad of rows" : "pad of whole planes");
        int loads = 0;
        int stores = 0;
        foreach (ref readonly Instruction instruction in program.Instructions.AsSpan())
        {
            loads += instruction.Kind == InstructionKind.Load ? 1 : 0;
            stores += instruction.Kind == InstructionKind.Store ? 1 : 0;
        }

        reached.Add(FuzzCoverage.TilePlanner, "pad piece without image", loads < stores);
    }

    private static void OfChunks(OperatorCall call, TileProgram program, FuzzReach reached)
    {
        string tiling = program.Plan.Tiling;
        int first = int.Parse(tiling.AsSpan(0, tiling.IndexOf(' ', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture);
        switch (call.Kind)
        {
            case OperatorKind.QuantizedLinear:
                reached.Add(FuzzCoverage.TilePlanner, tiling.Contains("segments", StringComparison.Ordinal) ? "linear in segments" : "linear in tiles", first > 1);
                break;
            case OperatorKind.Softmax:
                reached.Add(FuzzCoverage.TilePlanner, tiling.Contains("in 0 ", StringComparison.Ordinal) || tiling.Contains("in 1 ", StringComparison.Ordinal) ? "softmax rows in turn" : "softmax row by row");
                break;
            default:
                reached.Add(FuzzCoverage.TilePlanner, first == 1 ? "one chunk" : "chunks uneven");
                break;
        }
    }

    private static void OfConvolutionPlan(FuzzCase one, FuzzCall fuzz, TileProgram program, FuzzReach reached)
    {
        Conv2dTilePlan plan = program.Plan.Convolution!;
        bool isPlanners = fuzz.Plan is null;
        DspConfiguration machine = one.Machine.Configuration;
        if (plan is DmaPlan)
        {
            reached.Add(FuzzCoverage.TilePlanner, plan.ChannelTileCount == 1 ? "all channels in a tile" : plan.ChannelsInLastTile == plan.ChannelsPerTile ? "channels even" : "channels uneven");
            reached.Add(FuzzCoverage.TilePlanner, plan.RowTileCount == 1 ? "one row tile" : plan.Shape.OutHeight % plan.RowsPerTile == 0 ? "rows even" : "rows uneven");
            reached.Add(FuzzCoverage.TilePlanner, plan.RowsPerTile switch { 1 => "one row a tile", 2 => "two rows a tile", _ => "more rows a tile" });
            reached.Add(FuzzCoverage.TilePlanner, "search over banks", isPlanners && machine.Banks.Count != 2);
        }

        reached.Add(FuzzCoverage.TilePlanner, "no tile fits", isPlanners && plan is CachePlan && one.Routing != OperatorRouting.Direct);
        reached.Add(FuzzCoverage.TilePlanner, "image in bands", plan is CachePlan cache && cache.PaddedBytes > machine.CacheScratchBytes && !one.Programs.IsPublished);
        if (plan is TiledPlan tiled)
        {
            string placement = tiled.Placement.ToString();
            reached.Add(FuzzCoverage.Placement, placement is "0001111" or "0011111" or "0001100" or "0101111" ? placement : "others");
        }

        if (plan is FreePlan { Schedule: var schedule } free && isPlanners)
        {
            reached.Add(FuzzCoverage.WindowPlanner, schedule.InputBufferCount == 2 ? "two input buffers" : "one input buffer");
            reached.Add(FuzzCoverage.WindowPlanner, schedule.CoefficientBufferCount == 2 ? "two coefficient buffers" : "one coefficient buffer");
            reached.Add(FuzzCoverage.WindowPlanner, schedule.KeepsAllBiases ? "biases kept" : "biases tile by tile");
            reached.Add(FuzzCoverage.WindowPlanner, schedule.Order == LoopOrder.RowsOuter ? "rows outer" : "channels outer");
            reached.Add(FuzzCoverage.WindowPlanner, free.PassCount == 1 ? "one pass" : "several passes");
            reached.Add(FuzzCoverage.WindowPlanner, "several groups a tile", free.Shape.Groups > 1 && free.ChannelsPerTile > free.Shape.GroupOutChannels && free.ChannelTileCount > 1);
            reached.Add(FuzzCoverage.WindowPlanner, "part of a group a tile", free.Shape.Groups > 1 && free.ChannelsPerTile < free.Shape.GroupOutChannels);
        }
    }
}
