namespace TileProof.Verification;

/// <summary>Something the user gave cannot be used. The message is one line that says what is wrong and what is allowed.</summary>
public sealed class UserInputException : Exception
{
    /// <summary>Makes the exception without a message.</summary>
    public UserInputException()
    {
    }

    /// <summary>Makes the exception.</summary>
    public UserInputException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    public UserInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
