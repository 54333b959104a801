using TileProof.Verification;

namespace TileProof.Tests.Harness;

/// <summary>Numbers of things in words.</summary>
public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "mismatches", "0 mismatches")]
    [InlineData(1, "mismatches", "1 mismatch")]
    [InlineData(2, "mismatches", "2 mismatches")]
    [InlineData(1, "calls", "1 call")]
    [InlineData(1, "cases", "1 case")]
    [InlineData(1, "bytes", "1 byte")]
    [InlineData(1, "accesses", "1 access")]
    [InlineData(1, "entries", "1 entry")]
    [InlineData(1, "whole networks", "1 whole network")]
    [InlineData(1, "kinds of hazard", "1 kind of hazard")]
    [InlineData(1, "disagreements between goldens", "1 disagreement between goldens")]
    [InlineData(1, "values unlike the original file", "1 value unlike the original file")]
    [InlineData(1, "harmed adversarial schedules", "1 harmed adversarial schedule")]
    [InlineData(21, "calls", "21 calls")]
    [InlineData(-1, "cycles", "-1 cycles")]
    public void Of_OneHasASingular(long count, string plural, string expected) => Assert.Equal(expected, Counted.Of(count, plural));

    [Theory]
    [InlineData(1234567, "1,234,567 bytes")]
    [InlineData(1000, "1,000 bytes")]
    [InlineData(1, "1 byte")]
    public void InThousands_SetsThemApart(long count, string expected) => Assert.Equal(expected, Counted.InThousands(count, "bytes"));
}
