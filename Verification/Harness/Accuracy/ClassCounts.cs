namespace TileProof.Verification.Accuracy;

/// <summary>What <see cref="ClassAgreement"/> counts.</summary>
/// <param name="Images">Images compared.</param>
/// <param name="SameBest">Images with the same best class.</param>
/// <param name="SharedTop">Classes that both runs name among their best.</param>
/// <param name="ComparedTop">Classes that each of them names.</param>
internal sealed record ClassCounts(int Images, int SameBest, int SharedTop, int ComparedTop);
