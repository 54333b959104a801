using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TileProof.Golden.Scalar;
using TileProof.HwModel.Dma;
using TileProof.HwModel.Planning;
using TileProof.Operators;
using TileProof.Verification.Comparison;

namespace TileProof.Verification.Diagnosis;

/// <summary>Replays known defects until their bytes are those of a device.</summary>
public static class Diagnoser
{
    /// <summary>Hypotheses by each measure that are looked at closely.</summary>
    private const int PromisingCount = 20;

    /// <summary>Landing policies of the search for what is nearest: the harshest, the kindest and the likeliest.</summary>
    private const int NearestLandingCount = 3;

    /// <summary>Finds the defects that give the bytes of a device, and where none does, or they are asked for, those that explain most of them.</summary>
    /// <param name="subject">The layer.</param>
    /// <param name="device">What the device made of it.</param>
    /// <param name="nearestCount">How many partial explanations to look for where no defect gives exactly the bytes.</param>
    /// <param name="alwaysNearest">Whether to look for them in any case.</param>
    /// <param name="cancellation">Stops the search between replays.</param>
    /// <exception cref="ArgumentException">The device's output is not as long as the layer's.</exception>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public static DiagnosisResult Diagnose(DiagnosisSubject subject, DeviceValues device, int nearestCount, bool alwaysNearest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(device);
        TensorShape output = subject.Case.Shape.OutputShape(subject.Case.Batch);
        if (device.Levels.Length != output.ElementCount)
        {
            throw new ArgumentException($"{subject.Name} has {output.ElementCount} outputs, not {device.Levels.Length}.", nameof(device));
        }

        sbyte[] golden = ScalarConv2d.Compute(subject.Case.Shape, subject.Case.Batch, subject.Case.Input, subject.Case.Weights, subject.Case.Requantization).Output;
        var evidence = DifferenceEvidence.Of(subject, device, golden);
        var nothing = new DiagnosisResult
        {
            Subject = $"{subject.Name} ({subject.Case.Shape.ConfigKey}), banks {subject.Machine.Banks}, {subject.Programs.Name} programs, {subject.Plan}",
            ComparedCount = device.KnownCount,
            DifferingCount = evidence.Count,
            First = evidence.First is { } first ? new Mismatch(first, golden[output.OffsetOf(first.N, first.C, first.Y, first.X)], device.Levels[output.OffsetOf(first.N, first.C, first.Y, first.X)]) : null,
            Places = evidence.Count == 0 ? "" : evidence.Describe(subject.Case.Shape.OutChannels),
            HypothesisCount = 0,
            IsRight = evidence.Count == 0 && device.TotalsAgree(golden),
        };
        if (nothing.IsRight)
        {
            return nothing;
        }

        IReadOnlyList<DefectHypothesis> hypotheses = HypothesisList.Of(subject, evidence);
        var replayer = new Replayer(subject, device, golden);
        Explanation[] fitting = Confirm(hypotheses, replayer, evidence.IsConstant, cancellation);
        Explanation[] nearest = [];
        if (nearestCount > 0 && (alwaysNearest || fitting.All(static one => one.Explained == 0)))
        {
            (Explanation[] mixed, nearest) = FindNearest(hypotheses, replayer, TilesOf(subject, output), [.. fitting.Select(static one => one.Name)], nearestCount, cancellation);
            fitting = [.. fitting, .. mixed];
        }

        return nothing with
        {
            HypothesisCount = hypotheses.Count,
            Exact = [.. fitting.Where(static one => one.Explained > 0)],
            Possible = [.. fitting.Where(static one => one.Explained == 0)],
            Nearest = nearest,
            IsConstant = evidence.IsConstant,
        };
    }

    /// <summary>The hypotheses that contradict nothing: those that leave least open first, then those that store nothing where the device has one value, then the simplest.</summary>
    private static Explanation[] Confirm(IReadOnlyList<DefectHypothesis> hypotheses, Replayer replayer, bool isConstant, CancellationToken cancellation)
    {
        var scores = new (string Landing, ReplayScore Score)[hypotheses.Count][];
        Workers.ForEach(hypotheses.Count, CostOf, index =>
        {
            scores[index] =
            [
                .. from landing in LandingsOf(hypotheses[index])
                   let score = replayer.Confirm(hypotheses[index], landing.Create)
                   where score is not null
                   select (landing.Name, score.Value),
            ];
        }, cancellation);
        return
        [
            .. from index in Enumerable.Range(0, hypotheses.Count)
               where scores[index].Length > 0
               let best = scores[index].MinBy(static one => one.Score.Open).Score
               orderby best.Open, isConstant && best.NeverStored < best.Open, hypotheses[index].Complexity, index
               select Explain(hypotheses[index], NamesOf(scores[index].Select(static one => one.Landing), hypotheses[index]), best),
        ];

        long CostOf(int index) => hypotheses[index].DependsOnLanding ? 2 : 1;
    }

    /// <summary>The hypotheses that explain most, each at the moments of landing that suit it best, which may differ from tile to tile.</summary>
    private static (Explanation[] Mixed, Explanation[] Nearest) FindNearest(
        IReadOnlyList<DefectHypothesis> hypotheses, Replayer replayer, int[] tiles, HashSet<string> known, int count, CancellationToken cancellation)
    {
        var first = new ReplayScore[hypotheses.Count];
        Workers.ForEach(hypotheses.Count, static _ => 1, index =>
        {
            if (!known.Contains(hypotheses[index].Name) && replayer.RunOnce(hypotheses[index], Replayer.Landings[0].Create) is { } replay)
            {
                first[index] = replayer.Score(replay);
            }
        }, cancellation);
        int[] promising = [.. Best(static score => score.Gain).Union(Best(static score => score.Explained)).Order()];
        var found = new (Explanation Explanation, ReplayScore Score, string Bytes)?[hypotheses.Count];
        Workers.ForEach(promising.Length, static _ => 1, number => found[promising[number]] = Nearest(hypotheses[promising[number]], replayer, tiles), cancellation);
        var some = (from index in Enumerable.Range(0, hypotheses.Count)
                    where found[index] is not null
                    let one = found[index]!.Value
                    where one.Score.Gain > 0
                    orderby one.Score.Gain descending, hypotheses[index].Complexity, index
                    select one).ToArray();
        return (
            [.. some.Where(static one => one.Score.IsExact).Select(static one => one.Explanation)],
            [
                .. some.Where(static one => !one.Score.IsExact).GroupBy(static one => one.Bytes).Take(count)
                    .Select(static same => same.First().Explanation with { Others = [.. same.Skip(1).Select(static one => one.Explanation.Name)] }),
            ]);

        // Late transfers explain much and predict as much wrongly where others were in time.
        IEnumerable<int> Best(Func<ReplayScore, int> value) =>
            Enumerable.Range(0, hypotheses.Count).Where(index => first[index].Explained > 0).OrderByDescending(index => value(first[index])).Take(PromisingCount + count);
    }

    private static (Explanation Explanation, ReplayScore Score, string Bytes)? Nearest(DefectHypothesis hypothesis, Replayer replayer, int[] tiles)
    {
        (string Name, Replay Replay)[] replays =
        [
            .. from landing in LandingsOf(hypothesis).Take(NearestLandingCount)
               let replay = replayer.Run(hypothesis, landing.Create)
               where replay is not null
               select (landing.Name, replay),
        ];
        if (replays.Length == 0)
        {
            return null;
        }

        (string Landing, ReplayScore Score, Replay Replay) best = replays.Select(one => (one.Name, Score: replayer.Score(one.Replay), one.Replay)).MaxBy(static one => one.Score.Gain);
        if (replays.Length > 1 && Mix([.. replays.Select(static one => one.Replay)], replayer, tiles) is var mixed && replayer.Score(mixed) is var score && score.Gain > best.Score.Gain)
        {
            best = ("mixed by tile", score, mixed);
        }

        string landingName = hypothesis.DependsOnLanding ? best.Landing : Explanation.AnyLanding;
        return (Explain(hypothesis, landingName, best.Score), best.Score, Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<sbyte>(best.Replay.Levels))));
    }

    /// <summary>Of each tile the replay that fits best: on a device, transfers are late at one tile and in time at the next.</summary>
    private static Replay Mix(Replay[] replays, Replayer replayer, int[] tiles)
    {
        int tileCount = tiles.Max() + 1;
        var scores = new ReplayScore[replays.Length, tileCount];
        for (int replay = 0; replay < replays.Length; replay++)
        {
            for (int element = 0; element < replayer.KnownCount; element++)
            {
                scores[replay, tiles[element]] += replayer.ScoreOf(replays[replay], element);
            }
        }

        int[] chosen = [.. Enumerable.Range(0, tileCount).Select(tile => Enumerable.Range(0, replays.Length).MaxBy(replay => scores[replay, tile].Gain))];
        return new Replay(
            [.. tiles.Select((tile, element) => replays[chosen[tile]].Levels[element])], [.. tiles.Select((tile, element) => replays[chosen[tile]].OtherLevels[element])]);
    }

    private static Explanation Explain(DefectHypothesis hypothesis, string landing, ReplayScore score) => new()
    {
        Name = hypothesis.Name,
        Class = hypothesis.Class,
        Description = hypothesis.Description,
        Landing = landing,
        Explained = score.Explained,
        Unexplained = score.Unexplained,
        WronglyPredicted = score.WronglyPredicted,
        Open = score.Open,
        NeverStored = score.NeverStored,
    };

    private static IEnumerable<(string Name, Func<LandingPolicy> Create)> LandingsOf(DefectHypothesis hypothesis) =>
        hypothesis.DependsOnLanding ? Replayer.Landings : Replayer.Landings.Take(1);

    private static string NamesOf(IEnumerable<string> landings, DefectHypothesis hypothesis)
    {
        string[] names = [.. landings];
        return names.Length == LandingsOf(hypothesis).Count() ? Explanation.AnyLanding : string.Join(", ", names);
    }

    /// <summary>The tile of every element of the output.</summary>
    private static int[] TilesOf(DiagnosisSubject subject, TensorShape output)
    {
        Conv2dTilePlan plan = subject.Plan;
        var tiles = new int[output.ElementCount];
        for (int element = 0; element < tiles.Length; element++)
        {
            TensorIndex index = output.IndexOf(element);
            (int channelTile, int rowTile) = plan.TileOf(index.C, index.Y);
            tiles[element] = (((index.N * plan.ChannelTileCount) + channelTile) * plan.RowTileCount) + rowTile;
        }

        return tiles;
    }
}
