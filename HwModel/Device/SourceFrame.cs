namespace TileProof.HwModel.Device;

/// <summary>A place in the sources.</summary>
/// <param name="File">The full path.</param>
/// <param name="Line">From 1.</param>
/// <param name="Function">The function that the line is in.</param>
public sealed record SourceFrame(string File, int Line, string Function)
{
    /// <summary><c>conv.c:120</c>.</summary>
    public string Place => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path.GetFileName(File)}:{Line}");
}
