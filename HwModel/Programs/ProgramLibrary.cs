using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;
using TileProof.HwModel.Programs.Convolution;
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

    private ProgramLibrary(string name, ConvolutionPolicy convolution)
    {
        Name = name;
        this.convolution = convolution;
    }

    /// <summary>Every wait, bound and cache operation that a correct result needs.</summary>
    public static ProgramLibrary Corrected { get; } = new("corrected", new CorrectedConvolution());

    /// <summary>As published: waits missing, rows read past the tensor, errors ignored (operator contract, section 1b.9).</summary>
    public static ProgramLibrary Published { get; } = new("published", new PublishedConvolution());

    /// <summary>The earlier published convolutions (section 1b.10).</summary>
    public static ProgramLibrary PublishedOld { get; } = new("published-old", new PublishedOldConvolution());

    /// <summary><c>corrected</c>, <c>published</c> or <c>published-old</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the programs lack waits, bounds and cache operations; operators other than convolutions have one published version.</summary>
    public bool IsPublished => this != Corrected;

    /// <summary>Whether these programs compute a convolution in tiles, or on the cache path with a vector kernel; the published ones have five kernels only, and leave the rest to the generic one.</summary>
    public bool Tiles(Conv2dShape shape) => IsPublished ? ConvolutionKernel.IsPublished(shape) : ConvolutionKernel.Supports(shape);

    /// <summary>All libraries.</summary>
    public static IReadOnlyList<ProgramLibrary> All { get; } = [Corrected, Published, PublishedOld];

    /// <summary>The machine for these programs: published ones leave their buffers, and the machine goes on; for corrected ones that is a fault.</summary>
    public DspConfiguration MachineFor(DspConfiguration machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return machine with { OutOfBounds = IsPublished ? OutOfBoundsBehavior.Continue : OutOfBoundsBehavior.Fault };
    }

    /// <summary>Writes the program of a call; of a convolution, that of the geometries without a tiled kernel.</summary>
    /// <exception cref="HardwareFaultException">The machine cannot run it at all.</exception>
    /// <exception cref="NotSupportedException">The simulated DSP has no such operator.</exception>
    public TileProgram Write(CallRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        TileProgram program = request.Call switch
        {
            Conv2dCall => GenericConvolutionWriter.Write(request),
            MaxPool2dCall => MaxPoolWriter.Write(request, IsPublished),
            MeanCall => MeanWriter.Write(request, IsPublished),
            QuantizedLinearCall => LinearWriter.Write(request, IsPublished),
            SoftmaxCall => SoftmaxWriter.Write(request, IsPublished),
            QuantizePerTensorCall or DequantizePerTensorCall or QuantizedReluCall or AddCall => ElementwiseWriter.Write(request, IsPublished),
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

    /// <inheritdoc/>
    public override string ToString() => Name;
}
