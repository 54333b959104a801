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
    /// <summary>
    /// Whether no element contradicts, and more than nothing is explained: of elements that depend on old memory more are wrong on the device than
    /// right, since a program that stores nothing at all would contradict nothing either.
    /// </summary>
    public bool IsConsistent => Unexplained == 0 && WronglyPredicted == 0 && Explained + OpenWrong > 0 && OpenRight <= OpenWrong;

    /// <summary>Elements that depend on what memory held before.</summary>
    public int Open => OpenWrong + OpenRight;

    /// <summary>Wrong elements explained, less right ones that should be wrong.</summary>
    public int Gain => Explained - WronglyPredicted;

    /// <summary>Both together, for scores of disjoint parts of one output.</summary>
    public static ReplayScore operator +(ReplayScore x, ReplayScore y) => new(
        x.Explained + y.Explained, x.Unexplained + y.Unexplained, x.WronglyPredicted + y.WronglyPredicted, x.OpenWrong + y.OpenWrong, x.OpenRight + y.OpenRight, x.NeverStored + y.NeverStored);
}
