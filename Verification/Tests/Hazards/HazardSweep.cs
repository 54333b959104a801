using TileProof.HwModel.Hazards;
using TileProof.HwModel.Machine;
using TileProof.HwModel.Programs;
using TileProof.Operators;
using TileProof.Verification.Hazards;
using TileProof.Verification.Options;

namespace TileProof.Tests.Hazards;

/// <summary>Runs convolutions of one version of the programs at several bank sizes and collects every hazard.</summary>
internal static class HazardSweep
{
    private const int Seed = 5;

    /// <summary>Runs each layer at each bank setting.</summary>
    /// <param name="shapes">The layers.</param>
    /// <param name="banks">Bank settings with local memory.</param>
    /// <param name="programs">The version of the programs.</param>
    public static IReadOnlyList<FoundHazard> Execute(IReadOnlyList<Conv2dShape> shapes, IReadOnlyList<BankSetting> banks, ProgramLibrary programs)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        ArgumentNullException.ThrowIfNull(banks);
        var found = new List<FoundHazard>();
        foreach (Conv2dShape shape in shapes)
        {
            ConvolutionCase layer = ConvolutionCase.Create(shape, batch: 1, Seed);
            foreach (BankSetting bank in banks)
            {
                DspConfiguration configuration = programs.MachineFor(bank.Configuration);
                var monitor = new HazardMonitor(configuration);
                new ConvolutionRun { Case = layer, Configuration = configuration, Programs = programs }.Execute(monitor);
                found.AddRange(monitor.Hazards.Select(hazard => new FoundHazard("", "", shape.ConfigKey, bank.Label, programs.Name, hazard)));
            }
        }

        return found;
    }
}
