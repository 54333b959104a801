using System.Globalization;
using System.Text.Json;
using TileProof.HwModel.Timing;

namespace TileProof.Verification.Cycles;

/// <summary>Writes a timeline in the Chrome trace event format, which ui.perfetto.dev opens. One microsecond stands for one core cycle.</summary>
public static class ChromeTrace
{
    private const int ProcessId = 1;

    /// <summary>The track of the calls of a network, behind those of the machine.</summary>
    private const int CallTrack = 3;

    /// <summary>Writes the trace of a call.</summary>
    /// <param name="stream">Receives UTF-8 JSON.</param>
    /// <param name="title">Names the process, such as the call and its plan.</param>
    /// <param name="timeline">A timeline that recorded its spans.</param>
    /// <param name="occupancy">Bank bytes in use, in order of time.</param>
    /// <param name="instants">Marks without duration.</param>
    public static void Write(Stream stream, string title, EventTimeline timeline, IEnumerable<BankOccupancy> occupancy, IEnumerable<TraceInstant> instants)
    {
        ArgumentNullException.ThrowIfNull(timeline);
        ArgumentNullException.ThrowIfNull(occupancy);
        ArgumentNullException.ThrowIfNull(instants);
        Write(stream, title, [new TracePart("", 0, timeline.NowCycles, timeline, [.. occupancy], [.. instants])]);
    }

    /// <summary>Writes the trace of several calls, one behind the other.</summary>
    /// <param name="stream">Receives UTF-8 JSON.</param>
    /// <param name="title">Names the process, such as the network.</param>
    /// <param name="parts">The calls; a part with a name has a span on a track of the calls.</param>
    public static void Write(Stream stream, string title, IReadOnlyList<TracePart> parts)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(parts);
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteString("displayTimeUnit", "ms");
        writer.WriteStartArray("traceEvents");
        WriteName(writer, "process_name", 0, title);
        foreach (TimelineTrack track in Enum.GetValues<TimelineTrack>())
        {
            WriteName(writer, "thread_name", (int)track, track switch
            {
                TimelineTrack.Core => "core",
                TimelineTrack.Dma0 => "DMA channel 0",
                _ => "DMA channel 1",
            });
        }

        if (parts.Any(static part => part.Name.Length > 0))
        {
            WriteName(writer, "thread_name", CallTrack, "calls");
        }

        foreach (TracePart part in parts)
        {
            WritePart(writer, part);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter writer, TracePart part)
    {
        if (part.Name.Length > 0)
        {
            WriteStart(writer, part.Name, "X", CallTrack, part.StartCycles);
            writer.WriteString("cat", "call");
            writer.WriteNumber("dur", part.LengthCycles);
            writer.WriteEndObject();
        }

        foreach (BankOccupancy sample in part.Occupancy)
        {
            WriteOccupancy(writer, sample, part.StartCycles);
        }

        foreach (TimelineSpan span in part.Timeline?.Spans ?? [])
        {
            WriteStart(writer, span.Name, "X", (int)span.Track, part.StartCycles + span.StartCycles);
            writer.WriteString("cat", span.Category);
            writer.WriteNumber("dur", span.EndCycles - span.StartCycles);
            if (span.Origin.Length > 0)
            {
                writer.WriteStartObject("args");
                writer.WriteString("at", span.Origin);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        foreach (TraceInstant instant in part.Instants)
        {
            WriteStart(writer, instant.Name, "i", (int)instant.Track, part.StartCycles + instant.AtCycles);
            writer.WriteString("s", "t");
            writer.WriteStartObject("args");
            writer.WriteString("detail", instant.Detail);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    private static void WriteName(Utf8JsonWriter writer, string kind, int thread, string name)
    {
        WriteStart(writer, kind, "M", thread, 0);
        writer.WriteStartObject("args");
        writer.WriteString("name", name);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteOccupancy(Utf8JsonWriter writer, BankOccupancy occupancy, double startCycles)
    {
        WriteStart(writer, "bank bytes in use", "C", 0, startCycles + occupancy.AtCycles);
        writer.WriteStartObject("args");
        for (int bank = 0; bank < occupancy.Banks.Count; bank++)
        {
            writer.WriteNumber(string.Create(CultureInfo.InvariantCulture, $"DRAM{bank}"), occupancy.Banks[bank]);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteStart(Utf8JsonWriter writer, string name, string phase, int thread, double atCycles)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteString("ph", phase);
        writer.WriteNumber("pid", ProcessId);
        writer.WriteNumber("tid", thread);
        writer.WriteNumber("ts", atCycles);
    }
}
