using System.Globalization;
using TileProof.Operators;

namespace TileProof.Tests.Tuning;

/// <summary>Reads the layer keys of the published tables.</summary>
internal static class LayerKey
{
    public static Conv2dShape Parse(string key)
    {
        int[] numbers = [.. key.Split('_').Select(static number => int.Parse(number, CultureInfo.InvariantCulture))];
        var shape = Conv2dShape.Create(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[8], numbers[10]);
        Assert.Equal(key, shape.ConfigKey);
        return shape;
    }
}
