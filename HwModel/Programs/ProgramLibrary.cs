using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs.Convolution;
using TileProof.HwModel.Programs.Copies;
using TileProof.HwModel.Programs.Elementwise;
using TileProof.HwModel.Programs.Generic;
using TileProof.HwModel.Programs.Linear;
using TileProof.HwModel.Programs.MaxPool;
using TileProof.HwModel.Programs.Mean;
using TileProof.HwModel.Programs.Softmax;
using TileProof.Operators;
using TileProof.Operators.Calls;

namespace TileProof.HwModel.Programs;

/// <summary>One version of the modelled programs: it writes the list of instructions of an operator call. The machine that runs a list does not know its library.</summary>
public sealed class ProgramLibrary
{
    private readonly ConvolutionPolicy convolution;
    private readonly OperatorPolicy operators;

    private ProgramLibrary(string name, ConvolutionPolicy convolution, OperatorPolicy operators)
    {
        Name = name;
        this.convolution = convolution;
        this.operators = operators;
    }

    /// <summary>Every wait, bound and cache operation that a correct result needs.</summary>
    public static ProgramLibrary Corrected { get; } = new("corrected", new CorrectedConvolution(), OperatorPolicy.Corrected);

    /// <summary>As published: waits missing, rows read past the tensor, errors ignored (operator contract, section 1b.9).</summary>
    public static ProgramLibrary Published { get; } = new("published", new PublishedConvolution(), OperatorPolicy.Published);

    /// <summary>The earlier published convolutions (section 1b.10).</summary>
    public static ProgramLibrary PublishedOld { get; } = new("published-old", new PublishedOldConvolution(), OperatorPolicy.Published);

    /// <summary><c>corrected</c>, <c>published</c> or <c>published-old</c>; <c>assumed</c> for programs to price.</summary>
    public string Name { get; }

    /// <summary>Whether the programs lack waits, bounds and cache operations; operators other than convolutions have one published version.</summary>
    public bool IsPublished => operators.IsPublished;

    /// <summary>Programs under assumptions, to price and not to run.</summary>
    public static ProgramLibrary Assumed(ProgramAssumptions assumptions)
    {
        ArgumentNullException.ThrowIfNull(assumptions);
        return new("assumed", new AssumedConvolution(assumptions), new OperatorPolicy(IsPublished: false, assumptions.InvalidatesOutputFirst, WaitsForWeights: assumptions.Waits == WaitPolicy.EveryTransfer));
    }

    /// <summary>Whether these programs compute a convolution in tiles, or on the cache path with a vector kernel; the published ones have five kernels only, and leave the rest to the generic one.</summary>
    public bool Tiles(Conv2dShape shape) => IsPublished ? ConvolutionKernel.IsPublished(shape) : ConvolutionKernel.Supports(shape);

    /// <summary>Whether these programs compute a call with a kernel of their own, and not with the generic convolution.</summary>
    public bool HasKernelOf(OperatorCall call) => call is not Conv2dCall convolution || Tiles(convolution.Shape);

    /// <summary>Whether the modelled library has a program of a call, whose cycles the costs were fitted on; the others are of this project, and their cycles extrapolated.</summary>
    public static bool IsPublishedOperator(OperatorCall call) => call switch
    {
        Conv2dCall convolution => ConvolutionKernel.IsPublished(convolution.Shape) || !ConvolutionKernel.Supports(convolution.Shape),
        MaxPool2dCall pool => MaxPoolWriter.IsPublished(pool),
        _ => !IsOwnOperator(call),
    };

    /// <summary>Whether a call is of an operator of this project, of which the modelled library has no form at all: every library has the one program.</summary>
    public static bool IsOwnOperator(OperatorCall call) => call is LevelArithmeticCall or ConcatCall or PadCall or SliceCall or AveragePool2dCall;

    /// <summary>All libraries that run.</summary>
    public static IReadOnlyList<ProgramLibrary> All { get; } = [Corrected, Published, PublishedOld];

    /// <summary>The machine for these programs: published ones leave their buffers, and the machine goes on; for corrected ones that is a fault.</summary>
    public DspConfiguration MachineFor(DspConfiguration machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return machine with { OutOfBounds = IsPublished ? OutOfBoundsBehavior.Continue : OutOfBoundsBehavior.Fault };
    }

    /// <summary>Writes the program of a call; of a convolution, that of the geometries without a tiled kernel. Operators that are not published have one program in every library.</summary>
    /// <exception cref="HardwareFaultException">The machine cannot run it at all.</exception>
    /// <exception cref="NotSupportedException">The simulated DSP has no such operator.</exception>
    public TileProgram Write(CallRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        TileProgram program = request.Call switch
        {
            Conv2dCall => GenericConvolutionWriter.Write(request),
            MaxPool2dCall => MaxPoolWriter.Write(request, operators),
            AveragePool2dCall => MaxPoolWriter.Write(request, OperatorPolicy.Corrected),
            MeanCall => MeanWriter.Write(request, operators),
            QuantizedLinearCall => LinearWriter.Write(request, operators),
            SoftmaxCall => SoftmaxWriter.Write(request, operators),
            QuantizePerTensorCall or DequantizePerTensorCall or QuantizedReluCall or AddCall => ElementwiseWriter.Write(request, operators),
            LevelArithmeticCall => ElementwiseWriter.Write(request, OperatorPolicy.Corrected),
            ConcatCall or PadCall or SliceCall => CopyWriter.Write(request),
            _ => throw new NotSupportedException($"The simulated DSP does not implement {request.Call.Kind}."),
        };
        return MachineLowering.Of(program, request.Machine);
    }

    /// <summary>Writes the program of a convolution call.</summary>
    /// <exception cref="HardwareFaultException">The plan cannot be run on the machine of the request.</exception>
    public TileProgram Write(ConvolutionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MachineLowering.Of(ConvolutionWriter.Write(request, convolution), request.Machine);
    }

    /// <summary>Writes the program of a convolution call straight to a reader, without a list of its instructions.</summary>
    /// <exception cref="HardwareFaultException">The plan cannot be run on the machine of the request.</exception>
    public void Write(ConvolutionRequest request, IInstructionReader reader)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(reader);
        ConvolutionWriter.WriteTo(new TileProgramBuilder(MachineLowering.Before(reader, request.Machine)), request, convolution);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
