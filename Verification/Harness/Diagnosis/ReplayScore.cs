namespace TileProof.Verification.Diagnosis;

/// <summary>How the bytes of a replay fit those of the device.</summary>
/// <param name="Explained">Elements that are wrong on the device, and the replay has them just so.</param>
/// <param name="Unexplained">Elements that are wrong on the device, and otherwise in the replay.</param>
/// <param name="WronglyPredicted">Elements that are right on the device and wrong in the replay; 1 more where only sum or extremes differ.</param>
/// <param name="OpenWrong">Elements that are wrong on the device, and in the replay depend on what memory held before.</param>
/// <param name="OpenRight">Elements that are right on the device, and in the replay depend on what memory held before.</param>
/// <param name="NeverStored">Those of either that are never stored.</param>
internal readonly record struct ReplayScore(int Explained, int Unexplained, int WronglyPredicted, int OpenWrong, int OpenRight, int NeverStored)
{
    /// <summary>Of elements that are open, at most one may be right on the device for so many wrong ones: nothing else is known of a program that stores nothing.</summary>
    private const int WrongForOneRight = 4;

    /// <summary>Whether no element contradicts, and wrong elements are explained.</summary>
    public bool IsExact => Unexplained == 0 && WronglyPredicted == 0 && Explained > 0;

    /// <summary>Whether no element contradicts and all wrong ones are open, which old memory may have made as they are.</summary>
    public bool IsPossible => Unexplained == 0 && WronglyPredicted == 0 && Explained == 0 && OpenWrong > 0 && OpenRight * WrongForOneRight <= OpenWrong;

    /// <summary>Elements that depend on what memory held before.</summary>
    public int Open => OpenWrong + OpenRight;

    /// <summary>Wrong elements explained, less right ones that should be wrong.</summary>
    public int Gain => Explained - WronglyPredicted;

    /// <summary>Both together, for scores of disjoint parts of one output.</summary>
    public static ReplayScore operator +(ReplayScore x, ReplayScore y) => new(
        x.Explained + y.Explained, x.Unexplained + y.Unexplained, x.WronglyPredicted + y.WronglyPredicted, x.OpenWrong + y.OpenWrong, x.OpenRight + y.OpenRight, x.NeverStored + y.NeverStored);
}
