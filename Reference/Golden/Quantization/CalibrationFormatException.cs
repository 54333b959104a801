namespace TileProof.Golden.Quantization;

/// <summary>A calibration file is not what it should be. The message is one line: file, place, problem.</summary>
public sealed class CalibrationFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">The file's path or name.</param>
    /// <param name="problem">The place and what is wrong there.</param>
    /// <param name="innerException">The cause, or null.</param>
    public CalibrationFormatException(string file, string problem, Exception? innerException = null)
        : base($"{file}: {problem}", innerException)
    {
    }
}
