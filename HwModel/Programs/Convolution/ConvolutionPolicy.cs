using TileProof.HwModel.Machine;
using TileProof.HwModel.Planning;

namespace TileProof.HwModel.Programs.Convolution;

/// <summary>Every place where the published convolution programs differ from the corrected ones.</summary>
internal abstract class ConvolutionPolicy
{
    /// <summary>Which transfers the loop waits for.</summary>
    public abstract WaitPolicy Waits { get; }

    /// <summary>Whether the next coefficients load into a second buffer while the current ones are used.</summary>
    public virtual bool DoubleBuffersCoefficients => false;

    /// <summary>Whether only the padding of an input tile is filled before its load.</summary>
    public virtual bool FillsHaloOnly => false;

    /// <summary>Whether a 3x3 kernel allocates its coefficients before its inputs.</summary>
    public abstract bool Allocates3x3CoefficientsFirst { get; }

    /// <summary>Whether every image of a batch is computed; else only the first.</summary>
    public abstract bool ComputesEveryImage { get; }

    /// <summary>Whether an error of a kernel stops the program; else it returns at once and its caller goes on.</summary>
    public abstract bool StopsOnError { get; }

    /// <summary>Whether a padded image beyond the scratch buffer is cut into bands; else the kernel returns an error.</summary>
    public abstract bool CutsCacheModeIntoBands { get; }

    /// <summary>Whether the lines of the output are dropped before DMA stores behind them; the published programs leave that out (hazard C10).</summary>
    public abstract bool InvalidatesOutputFirst { get; }

    /// <summary>The bytes of the scratch buffer of the cache path.</summary>
    public virtual int ScratchBytesOf(DspConfiguration machine) => machine.CacheScratchBytes;

    /// <summary>The rows that the transfer before the loop loads.</summary>
    public abstract InputWindow FirstWindow(Conv2dTilePlan plan);

    /// <summary>The rows that a prefetch of a row tile loads.</summary>
    public abstract InputWindow PrefetchWindow(Conv2dTilePlan plan, int rowTile);

    /// <summary>The rows of a tile that edge extension leaves alone.</summary>
    public abstract InputWindow InsideWindow(Conv2dTilePlan plan, int rowTile);

    /// <summary>The name by which a kernel is called in a table made for running without DMA.</summary>
    public abstract string NameWithoutDma(Conv2dTilePlan plan);
}
