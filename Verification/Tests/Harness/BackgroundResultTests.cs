using TileProof.Verification;

namespace TileProof.Tests.Harness;

public sealed class BackgroundResultTests
{
    [Fact]
    public void Dispose_WhileItComputes_StopsItAndWaits()
    {
        bool hasEnded = false;
        using var begun = new ManualResetEventSlim();
        using (new BackgroundResult<int>(
            token =>
            {
                begun.Set();
                token.WaitHandle.WaitOne();
                Thread.Sleep(50);
                hasEnded = true;
                token.ThrowIfCancellationRequested();
                return 1;
            },
            CancellationToken.None))
        {
            begun.Wait();
        }

        Assert.True(hasEnded);
    }

    [Fact]
    public void Dispose_AfterAFailureNobodyAskedFor_IsSilent() =>
        new BackgroundResult<int>(static _ => throw new InvalidOperationException(), CancellationToken.None).Dispose();

    [Fact]
    public void Value_OfAFailure_IsThatFailure()
    {
        using var result = new BackgroundResult<int>(static _ => throw new UserInputException("bad"), CancellationToken.None);
        Assert.Equal("bad", Assert.Throws<UserInputException>(() => result.Value).Message);
    }

    [Fact]
    public void Value_OfAStoppedRun_IsCancelled()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using var result = new BackgroundResult<int>(static token => { token.ThrowIfCancellationRequested(); return 1; }, stop.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => result.Value);
    }
}
