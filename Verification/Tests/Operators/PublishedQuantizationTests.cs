using System.Globalization;
using CsvHelper;
using TileProof.Operators.Requantizing;
using TileProof.Tests.Support;

namespace TileProof.Tests.Operators;

/// <summary>The integers that the published logs print for the 73 convolutions of both networks.</summary>
public sealed class PublishedQuantizationTests
{
    [SkippableFact]
    public void OutputScaleFor_EveryLoggedConvolution_GivesTheLoggedMultiplierAndShift()
    {
        using var reader = new StreamReader(RepositoryPaths.RequirePublished("conv_layers.csv"));
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        int checkedCount = 0;
        foreach (IDictionary<string, object> row in csv.GetRecords<dynamic>())
        {
            string eightDigits = (string)row["eff_scale_conv_quant"];
            string printed = eightDigits.Length > 0 ? eightDigits : (string)row["eff_scale_diag"];
            int accumulatorShift = int.Parse((string)row["accum_shift_values"], CultureInfo.InvariantCulture);
            int loggedScale = int.Parse((string)row["output_scale_values"], CultureInfo.InvariantCulture);
            int loggedShift = int.Parse((string)row["output_shift_values"], CultureInfo.InvariantCulture);
            double halfStep = 0.5 * Math.Pow(10, -(printed.Length - printed.IndexOf('.', StringComparison.Ordinal) - 1));
            double center = double.Parse(printed, CultureInfo.InvariantCulture);

            // The log cuts the scale off; the multiplier of the true scale lies between those of the ends of the print step.
            (ushort low, int lowShift) = RequantizationDeriver.OutputScaleFor((float)(center - halfStep), accumulatorShift);
            (ushort high, int highShift) = RequantizationDeriver.OutputScaleFor((float)(center + halfStep), accumulatorShift);
            double lowScale = Math.ScaleB(low, -lowShift);
            double highScale = Math.ScaleB(high, -highShift);
            Assert.InRange(Math.ScaleB(loggedScale, -loggedShift), lowScale, highScale);
            Assert.True(loggedShift == lowShift || loggedShift == highShift, $"{row["model"]} convolution {row["conv_index"]}: shift {loggedShift}");
            checkedCount++;
        }

        Assert.Equal(73, checkedCount);
    }
}
