using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators.Calls;
using TileProof.Verification.Conformance;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;

namespace TileProof.Verification.Mutation;

/// <summary>The layers that deliberate defects are put into.</summary>
internal static class InjectLayers
{
    private const string WhenNoneIsNamed = "resnet18";

    /// <summary>Those of the self-test where no network and no layer is named; else the different tiled convolutions that are, with seeded values.</summary>
    /// <remarks>Goldens wrap: where accumulators saturate, a layer whose sums leave 24 bits is right nowhere, and is left out.</remarks>
    /// <param name="settings">Networks, layers, and how networks are loaded.</param>
    /// <param name="overflow">What accumulators of the machine do.</param>
    /// <exception cref="UserInputException">Nothing that is named is a tiled convolution, or an option has no effect.</exception>
    public static IReadOnlyList<ConvolutionCase> Of(VerifyOptions settings, AccumulatorOverflow overflow)
    {
        if (!AreChosen(settings))
        {
            return settings.Given.Values.FirstOrDefault() is { } given
                ? throw new UserInputException($"{given} has no effect on the layers of the self-test; leave it out, or name --networks")
                : [.. MutationRun.DefaultLayers().SkipLast(overflow == AccumulatorOverflow.Wrap ? 0 : 1)];
        }

        VerifyOptions named = settings.Networks.Count == 0 ? settings with { Networks = [WhenNoneIsNamed] } : settings;
        NetworkSource[] sources = ConformanceRun.LoadAll(named, withFloatForms: false);
        IneffectiveOptions.Refuse(named, sources);
        ConvolutionCase[] layers =
        [
            .. CallSelection.Select(sources.Select(static source => source.Network), named)
                .OfType<Conv2dCall>()
                .Where(static call => ProgramLibrary.Corrected.Tiles(call.Shape))
                .Select(static call => (call.Shape, call.Input.Shape.Batch))
                .Distinct()
                .Select(static layer => ConvolutionCase.Create(layer.Shape, layer.Batch, MutationRun.Seed)),
        ];
        return layers.Length > 0
            ? layers
            : throw new UserInputException($"nothing that is named is a convolution with a tiled kernel ({string.Join(", ", named.Layers.DefaultIfEmpty(string.Join(", ", named.Networks)))}); defects are put into those");
    }

    /// <summary>Whether networks or layers are named; the layers of the self-test are not chosen, and must show every defect.</summary>
    public static bool AreChosen(VerifyOptions settings) => settings.Networks.Count > 0 || settings.Layers.Count > 0;

    /// <summary>Refuses a layer whose right program the machine cannot run, before any work.</summary>
    /// <exception cref="UserInputException">The message names the first such layer, the machine, and what to do.</exception>
    public static void RequirePrograms(IEnumerable<ConvolutionCase> layers, BankSetting bank)
    {
        foreach (ConvolutionCase layer in layers)
        {
            try
            {
                MutationLayer.ProgramOf(layer, layer.Requantization, bank.Configuration);
            }
            catch (HardwareFaultException fault)
            {
                throw new UserInputException($"machine {bank.Machine} with banks {bank} has no program of {fault.Message.TrimEnd('.')}; leave the layer out with --layers, or give larger --banks or another --machine");
            }
        }
    }
}
