using TileProof.HwModel.Timing;
using TileProof.Verification.Cycles;

namespace TileProof.Verification.Html;

/// <summary>What cycles are spent on, as pictures show it: all waits together, and each part in a colour of its own.</summary>
internal static class CycleParts
{
    /// <summary>The class of the style sheet, the name, and the cycles of each part of a call, in the order of the bars.</summary>
    public static IReadOnlyList<(string Class, string Name, Func<CycleRow, long> CyclesOf)> All { get; } =
    [
        ("fc", "control", static row => row.ControlCycles),
        ("fp", "prologue (scalar passes over the weights)", static row => row.PrologueCycles),
        ("fk", "kernel (inner iterations)", static row => row.KernelCycles),
        ("fe", "requantize and store", static row => row.EpilogueCycles),
        ("ff", "fill of tile buffers", static row => row.FillCycles),
        ("fx", "edges (padding after loads)", static row => row.EdgeCycles),
        ("fm", "cache maintenance", static row => row.CacheCycles),
        ("fw", "waits for DMA", static row => row.WaitInputCycles + row.WaitCoefficientCycles + row.WaitOutputCycles),
    ];

    /// <summary>The class of a span of a timeline: of the core by <see cref="CycleCategory"/>, of a channel by <see cref="TransferPurpose"/>.</summary>
    public static string ClassOf(TimelineSpan span) => span.Category switch
    {
        nameof(CycleCategory.Control) => "fc",
        nameof(CycleCategory.Prologue) => "fp",
        nameof(CycleCategory.Kernel) => "fk",
        nameof(CycleCategory.Epilogue) => "fe",
        nameof(CycleCategory.Fill) => "ff",
        nameof(CycleCategory.EdgeExtension) => "fx",
        nameof(CycleCategory.CacheMaintenance) => "fm",
        nameof(TransferPurpose.Input) => "fk",
        nameof(TransferPurpose.Coefficients) => "fp",
        nameof(TransferPurpose.Output) => "fe",
        _ => "fw",
    };

    /// <summary>The key to the colours.</summary>
    public static HtmlText Legend()
    {
        var legend = new HtmlText();
        legend.Add($"<ul class=\"legend\">");
        foreach ((string style, string name, _) in All)
        {
            legend.Add($"<li><i class=\"{style}\"></i>{name}</li>");
        }

        legend.Add($"</ul>\n");
        return legend;
    }
}
