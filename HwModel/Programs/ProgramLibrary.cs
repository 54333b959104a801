using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs.Convolution;

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

    /// <summary>The library of a variant.</summary>
    public static ProgramLibrary Of(KernelVariant variant) => variant switch
    {
        KernelVariant.Corrected => Corrected,
        KernelVariant.Published => Published,
        KernelVariant.PublishedOld => PublishedOld,
        _ => throw new ArgumentOutOfRangeException(nameof(variant)),
    };

    /// <summary>Writes the program of a convolution call.</summary>
    /// <exception cref="HardwareFaultException">The plan cannot be run on the machine of the request.</exception>
    public TileProgram Write(ConvolutionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ConvolutionWriter.Write(request, convolution);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
