using TileProof.HwModel.Machine;

namespace TileProof.HwModel.Hazards;

/// <summary>Collects hazards: the first of each kind in words, the others counted; the first of each rule with a timeline.</summary>
internal sealed class HazardLog(Action<Hazard>? found)
{
    private const int OperationsBefore = 9;
    private const int OperationsAfter = 4;

    private readonly Dictionary<Key, Entry> entries = [];
    private readonly List<Entry> order = [];
    private readonly HashSet<HazardRule> rulesSeen = [];
    private readonly List<Entry> followed = [];
    private readonly MachineOperation[] recent = new MachineOperation[OperationsBefore];
    private long operationCount;

    /// <summary>The program that runs.</summary>
    public string Program { get; set; } = "";

    /// <summary>The tile computed last.</summary>
    public TileCoordinates Tile { get; set; }

    public IReadOnlyList<Hazard> ToHazards() => order.ConvertAll(static entry => entry.First with { Occurrences = entry.Occurrences });

    /// <summary>Notes an operation for timelines, before it is judged.</summary>
    public void Note(in MachineOperation operation)
    {
        recent[operationCount++ % OperationsBefore] = operation;
        if (followed.Count > 0)
        {
            Follow(operation);
        }
    }

    private void Follow(in MachineOperation operation)
    {
        for (int i = followed.Count - 1; i >= 0; i--)
        {
            Entry entry = followed[i];
            entry.Timeline.Add("  " + operation.Describe());
            if (--entry.StillToFollow == 0)
            {
                followed.RemoveAt(i);
            }
        }
    }

    /// <summary>Reports that an operation broke a rule on some bytes.</summary>
    /// <param name="rule">Which rule.</param>
    /// <param name="operation">The culprit.</param>
    /// <param name="buffer">The buffer that it means to address.</param>
    /// <param name="bytes">The bytes concerned, in the memory space.</param>
    /// <param name="other">The operation that it collides with.</param>
    public void Report(HazardRule rule, in MachineOperation operation, MemoryBuffer buffer, (long Start, long End) bytes, in MachineOperation other) =>
        Report(rule, operation, buffer.Label, 1, buffer, bytes, null, other);

    /// <summary>Reports that an operation broke a rule for which the bytes alone matter.</summary>
    public void Report(HazardRule rule, in MachineOperation operation, MemoryBuffer buffer, (long Start, long End) bytes, string reason) =>
        Report(rule, operation, buffer.Label, 1, buffer, bytes, reason, default);

    /// <summary>Reports that an operation broke a rule where no bytes are concerned.</summary>
    public void Report(HazardRule rule, in MachineOperation operation, string reason, long occurrences) =>
        Report(rule, operation, reason, occurrences, null, (0, 0), reason, default);

    private void Report(
        HazardRule rule, in MachineOperation operation, string place, long occurrences, MemoryBuffer? buffer, (long Start, long End) bytes, string? reason, in MachineOperation other)
    {
        var key = new Key(rule, Program, place, operation.Kind, other.Kind);
        if (entries.TryGetValue(key, out Entry? known))
        {
            known.Occurrences += occurrences;
            return;
        }

        bool isFirstOfRule = rulesSeen.Add(rule);
        List<string> timeline = isFirstOfRule ? TimelineUntilNow() : [];
        long bufferStart = buffer?.OffsetBytes ?? 0;
        var entry = new Entry(
            new Hazard
            {
                Rule = rule,
                Program = Program,
                Tile = Tile,
                Memory = buffer?.Space.Name ?? "",
                Buffer = buffer?.Label ?? "",
                FirstByte = bytes.Start - bufferStart,
                LastByte = bytes.End - 1 - bufferStart,
                Operation = operation.Describe(),
                CollidesWith = reason ?? other.Describe(),
                Occurrences = occurrences,
                Timeline = timeline,
            },
            timeline,
            occurrences);
        entries.Add(key, entry);
        order.Add(entry);
        found?.Invoke(entry.First);
        if (isFirstOfRule)
        {
            entry.StillToFollow = OperationsAfter;
            followed.Add(entry);
        }
    }

    private List<string> TimelineUntilNow()
    {
        var lines = new List<string>();
        for (long i = Math.Max(0, operationCount - OperationsBefore); i < operationCount; i++)
        {
            lines.Add((i == operationCount - 1 ? "> " : "  ") + recent[i % OperationsBefore].Describe());
        }

        return lines;
    }

    private readonly record struct Key(HazardRule Rule, string Program, string Place, OperationKind Operation, OperationKind Other);

    private sealed class Entry(Hazard first, List<string> timeline, long occurrences)
    {
        public Hazard First { get; } = first;

        public List<string> Timeline { get; } = timeline;

        public long Occurrences { get; set; } = occurrences;

        public int StillToFollow { get; set; }
    }
}
