namespace TileProof.Verification.Files;

/// <summary>Short words for input/output errors, without paths and stack traces.</summary>
internal static class FileProblem
{
    public static string Describe(Exception exception) => exception switch
    {
        UnauthorizedAccessException => "no permission",
        DirectoryNotFoundException => "the folder does not exist",
        FileNotFoundException => "the file does not exist",
        PathTooLongException => "the path is too long",
        _ => exception.Message.ReplaceLineEndings(" "),
    };
}
