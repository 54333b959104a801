using Spectre.Console;
using TileProof.Verification.Progress;

namespace TileProof.Cli.Progress;

/// <summary>Progress as a live bar on a terminal; the bar disappears when its activity ends.</summary>
public sealed class TerminalProgress(IAnsiConsole console) : IProgressReporter
{
    /// <summary>Draws on a writer that leads to a terminal.</summary>
    public TerminalProgress(TextWriter writer)
        : this(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) }))
    {
    }

    /// <inheritdoc/>
    public void Say(string message) => console.WriteLine(message);

    /// <inheritdoc/>
    public IProgressActivity Begin(string title, int stepCount)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentOutOfRangeException.ThrowIfNegative(stepCount);
        return new Activity(console, title, stepCount);
    }

    private sealed class Activity : IProgressActivity
    {
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ProgressTask bar;
        private readonly Task drawing;

        public Activity(IAnsiConsole console, string title, int stepCount)
        {
            var started = new TaskCompletionSource<ProgressTask>(TaskCreationOptions.RunContinuationsAsynchronously);
            drawing = console.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(context =>
                {
                    started.SetResult(context.AddTask(Markup.Escape(title), maxValue: stepCount));
                    return ended.Task;
                });
            Task.WhenAny(started.Task, drawing).GetAwaiter().GetResult();
            bar = started.Task.IsCompleted
                ? started.Task.GetAwaiter().GetResult()
                : throw new InvalidOperationException("The progress bar did not start.", drawing.Exception);
        }

        public void Advance() => bar.Increment(1);

        public void Dispose()
        {
            ended.TrySetResult();
            drawing.GetAwaiter().GetResult();
        }
    }
}
