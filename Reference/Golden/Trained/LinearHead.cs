using System.Globalization;
using System.Text;

namespace TileProof.Golden.Trained;

/// <summary>A classifier: one row of weights and a bias for each class.</summary>
/// <param name="FeatureCount">K, the features of one image.</param>
/// <param name="Weights"><c>[classes, K]</c>.</param>
/// <param name="Bias">One a class.</param>
public sealed record LinearHead(int FeatureCount, float[] Weights, float[] Bias)
{
    private const string Format = "G6";

    /// <summary>Text with a line a class: the bias, then the weights, each with six significant digits.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder();
        for (int label = 0; label < Bias.Length; label++)
        {
            text.Append(Bias[label].ToString(Format, CultureInfo.InvariantCulture));
            foreach (float weight in Weights.AsSpan(label * FeatureCount, FeatureCount))
            {
                text.Append(',').Append(weight.ToString(Format, CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads what <see cref="ToCsv"/> wrote.</summary>
    /// <exception cref="FormatException">The text is another one.</exception>
    public static LinearHead FromCsv(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[][] rows = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => Array.ConvertAll(line.Split(','), static number => float.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture)))];
        return rows.Length > 0 && Array.TrueForAll(rows, row => row.Length > 1 && row.Length == rows[0].Length)
            ? new LinearHead(rows[0].Length - 1, [.. rows.SelectMany(static row => row.Skip(1))], [.. rows.Select(static row => row[0])])
            : throw new FormatException("A classifier has a line a class, each with a bias and equally many weights.");
    }
}
