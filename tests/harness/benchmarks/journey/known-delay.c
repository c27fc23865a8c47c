/*
 * A meetings service with a known delay, for `npm run bench:journey`: it answers as the reference contract says, after a
 * time that it was told, and measures each answer and each room event itself. One thread, epoll, no dependencies.
 *
 * What it measures, in ns of CLOCK_MONOTONIC:
 * - a request arrives when the kernel received its last bytes (SO_TIMESTAMPNS), so that the wait for a processor is in
 *   the service's time, as a client sees it;
 * - an answer or event leaves immediately before write(): afterwards the reader may already run in the writer's place.
 * - An event counts as the harness counts it: to each other member that was in the room before the call, and stayed for
 *   some time after it: what a member hears that leaves sooner is judged by nobody.
 * - The first call of a connection counts from the accept, because a client's latency includes the connect.
 * Only users that a load run made are measured: ids that end in `-<6 hex digits>-<number>`.
 *
 * Commands on stdin, one a line: `report` (sorts all samples, so ask it once, when the load is over), `count`, `reset`,
 * `delay <ms> [mean of an exponential addition, ms]`, `judge <ms that a member stays after a call whose event counts>`. Each is answered with one line of JSON. It ends with stdin, and after
 * LIFE_S seconds at the latest.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define BASE "/api/v1/meetings"
#define LIFE_S 3600
#define PING_NS 25000000000ull
/* Answers show the caller and a few others: a roster of a thousand would measure the parser of the client. */
#define ROSTER 5
/* Per operation; later ones are counted and not kept. */
#define MOST_SAMPLES (32u << 20)

typedef uint64_t ns_t;

static void *must(void *memory) {
  if (memory) return memory;
  fprintf(stderr, "known-delay: no memory left\n");
  exit(1);
}

/* ---- clocks ---- */
static ns_t clock_ns(clockid_t id) {
  struct timespec at;
  clock_gettime(id, &at);
  return (ns_t)at.tv_sec * 1000000000ull + (ns_t)at.tv_nsec;
}
static ns_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
/* Wall clock minus monotonic clock; read again in each turn of the loop, so that a correction of the time does no harm. */
static int64_t wall_offset;

/* ---- what is measured ---- */
enum { HEALTH, CREATE, LIST, JOIN, GET, RAISE, LOWER, NETWORK, LEAVE, RECONNECT, CONNECT, ENTER, EVENT, OPERATIONS };
static const char *const operation_names[OPERATIONS] = {
    "health.get",     "meeting.create", "meeting.list",      "meeting.join",   "meeting.get", "hand.raise",   "hand.lower",
    "network.report", "meeting.leave",  "meeting.reconnect", "socket.connect", "room.enter",  "event.delivery"};

struct samples {
  ns_t *values;
  size_t count, room, left_out;
};
/* As the client sees it, and from the arrival of the request alone. */
static struct samples seen[OPERATIONS], own[OPERATIONS];
/* Of the samples of events, in the same order: to whom, and when the call arrived that caused it. */
struct delivery {
  struct user *member;
  ns_t caused;
};
static struct delivery *deliveries;
static size_t deliveries_room;
static uint64_t blocked_writes, bad_requests, reads, stamped_reads;

static void add_sample(struct samples *to, ns_t value) {
  if (to->count == MOST_SAMPLES) {
    to->left_out++;
    return;
  }
  if (to->count == to->room) {
    to->room = to->room ? to->room * 2 : 4096;
    to->values = must(realloc(to->values, to->room * sizeof(ns_t)));
  }
  to->values[to->count++] = value;
}

/* ---- users, meetings, connections ---- */
struct meeting;
struct user {
  char *id;
  int is_measured, hand;
  ns_t left;
  struct meeting *meeting;
  size_t place;
};
struct connection;
struct meeting {
  char id[128];
  struct user **users;
  size_t users_count, users_room;
  struct connection **room;
  size_t room_count, room_room;
};
struct buffer {
  char *data;
  size_t size, room;
};
struct connection {
  int fd;
  uint32_t generation;
  int is_socket, is_connected, is_dirty, is_closing, waits_for_write, calls;
  ns_t accepted, flushed, entered, arrived;
  char *authorization;
  struct user *user;
  struct meeting *meeting;
  size_t place;
  struct buffer in, out;
};

static struct user **users;
static size_t users_count, users_room;
static struct meeting **meetings;
static size_t meetings_count, meetings_room, created_meetings;
static struct meeting *latest_meeting;
static struct connection **connections;
static size_t connections_room;
static uint64_t open_connections, most_connections, accepted_connections;
static uint32_t generations;
static int epoll_fd, timer_fd;

static void append(struct buffer *to, const void *data, size_t size) {
  if (to->size + size > to->room) {
    to->room = (to->size + size) * 2;
    if (to->room < 512) to->room = 512;
    to->data = must(realloc(to->data, to->room));
  }
  memcpy(to->data + to->size, data, size);
  to->size += size;
}
static void appendf(struct buffer *to, const char *format, ...) {
  char text[4096];
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  append(to, text, size < 0 ? 0 : (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
}
static void empty(struct buffer *of) {
  free(of->data);
  memset(of, 0, sizeof *of);
}

static size_t hash_of(const char *text) {
  uint64_t hash = 1469598103934665603ull;
  for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211ull;
  return (size_t)hash;
}

/* `…-<6 hex digits>-<number>`, as a load run names its participants. */
static int is_participant(const char *id) {
  size_t end = strlen(id), at = end;
  while (at > 0 && isdigit((unsigned char)id[at - 1])) at--;
  if (at == end || at < 8 || id[at - 1] != '-' || id[at - 8] != '-') return 0;
  for (size_t digit = at - 7; digit < at - 1; digit++)
    if (!isxdigit((unsigned char)id[digit])) return 0;
  return 1;
}

static struct user **user_slot(struct user **table, size_t room, const char *id) {
  size_t slot = hash_of(id) & (room - 1);
  while (table[slot] && strcmp(table[slot]->id, id) != 0) slot = (slot + 1) & (room - 1);
  return &table[slot];
}
static struct user *user_named(const char *id) {
  if (users_count * 2 >= users_room) {
    size_t room = users_room ? users_room * 2 : 4096;
    struct user **table = must(calloc(room, sizeof *table));
    for (size_t slot = 0; slot < users_room; slot++)
      if (users[slot]) *user_slot(table, room, users[slot]->id) = users[slot];
    free(users);
    users = table;
    users_room = room;
  }
  struct user **slot = user_slot(users, users_room, id);
  if (!*slot) {
    *slot = must(calloc(1, sizeof **slot));
    (*slot)->id = must(strdup(id));
    (*slot)->is_measured = is_participant(id);
    users_count++;
  }
  return *slot;
}

static struct meeting **meeting_slot(struct meeting **table, size_t room, const char *id) {
  size_t slot = hash_of(id) & (room - 1);
  while (table[slot] && strcmp(table[slot]->id, id) != 0) slot = (slot + 1) & (room - 1);
  return &table[slot];
}
/* A meeting that nobody created is there as soon as somebody names it. */
static struct meeting *meeting_named(const char *name, size_t size) {
  char id[sizeof((struct meeting *)0)->id];
  if (size == 0 || size >= sizeof id) return NULL;
  memcpy(id, name, size);
  id[size] = 0;
  if (meetings_count * 2 >= meetings_room) {
    size_t room = meetings_room ? meetings_room * 2 : 1024;
    struct meeting **table = must(calloc(room, sizeof *table));
    for (size_t slot = 0; slot < meetings_room; slot++)
      if (meetings[slot]) *meeting_slot(table, room, meetings[slot]->id) = meetings[slot];
    free(meetings);
    meetings = table;
    meetings_room = room;
  }
  struct meeting **slot = meeting_slot(meetings, meetings_room, id);
  if (!*slot) {
    *slot = must(calloc(1, sizeof **slot));
    memcpy((*slot)->id, id, size + 1);
    meetings_count++;
  }
  return latest_meeting = *slot;
}
static struct meeting *new_meeting(void) {
  char id[40];
  int size = snprintf(id, sizeof id, "00000000-0000-4000-8000-%012zu", created_meetings++);
  return meeting_named(id, (size_t)size);
}

static void leave_meeting(struct user *user) {
  struct meeting *meeting = user->meeting;
  if (!meeting) return;
  struct user *last = meeting->users[--meeting->users_count];
  meeting->users[user->place] = last;
  last->place = user->place;
  user->meeting = NULL;
  user->hand = 0;
}
static void join_meeting(struct user *user, struct meeting *meeting) {
  if (user->meeting == meeting) return;
  leave_meeting(user);
  if (meeting->users_count == meeting->users_room) {
    meeting->users_room = meeting->users_room ? meeting->users_room * 2 : 8;
    meeting->users = must(realloc(meeting->users, meeting->users_room * sizeof *meeting->users));
  }
  user->meeting = meeting;
  user->place = meeting->users_count;
  meeting->users[meeting->users_count++] = user;
}
static void leave_room(struct connection *connection) {
  struct meeting *meeting = connection->meeting;
  if (!meeting) return;
  struct connection *last = meeting->room[--meeting->room_count];
  meeting->room[connection->place] = last;
  last->place = connection->place;
  connection->meeting = NULL;
}
static void enter_room(struct connection *connection, struct meeting *meeting) {
  leave_room(connection);
  if (meeting->room_count == meeting->room_room) {
    meeting->room_room = meeting->room_room ? meeting->room_room * 2 : 8;
    meeting->room = must(realloc(meeting->room, meeting->room_room * sizeof *meeting->room));
  }
  connection->meeting = meeting;
  connection->place = meeting->room_count;
  meeting->room[meeting->room_count++] = connection;
}

/* ---- what is due later: a binary heap ---- */
struct due {
  ns_t at, arrived, seen_from;
  int fd, operation;
  uint32_t generation;
  struct user *user;
  struct meeting *meeting;
  long ack;
};
enum { PING = OPERATIONS };
static struct due *heap;
static size_t heap_count, heap_room;

static void push_due(struct due due) {
  if (heap_count == heap_room) {
    heap_room = heap_room ? heap_room * 2 : 1024;
    heap = must(realloc(heap, heap_room * sizeof *heap));
  }
  size_t at = heap_count++;
  for (; at > 0 && heap[(at - 1) / 2].at > due.at; at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
  heap[at] = due;
}
static struct due pop_due(void) {
  struct due first = heap[0], last = heap[--heap_count];
  size_t at = 0;
  for (size_t child; (child = 2 * at + 1) < heap_count; at = child) {
    if (child + 1 < heap_count && heap[child + 1].at < heap[child].at) child++;
    if (heap[child].at >= last.at) break;
    heap[at] = heap[child];
  }
  if (heap_count) heap[at] = last;
  return first;
}

static double delay_ms = 5, spread_ms, judged_after_ms = 250;
static uint64_t random_state = 88172645463325252ull;
static ns_t delay_ns(void) {
  double ms = delay_ms;
  if (spread_ms > 0) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    ms -= log(((double)(random_state >> 11) + 1) / 9007199254740993.0) * spread_ms;
  }
  return (ns_t)(ms * 1e6);
}

/* ---- writing ---- */
struct record {
  int fd, operation;
  ns_t seen_from, arrived;
  struct user *member;
};
/* What waits for the write of its connection, which is the moment that counts. */
static struct record *records;
static size_t records_count, records_room;
static int *dirty, *closing;
static size_t dirty_count, dirty_room, closing_count, closing_room;

static void remember(struct record record) {
  if (records_count == records_room) {
    records_room = records_room ? records_room * 2 : 4096;
    records = must(realloc(records, records_room * sizeof *records));
  }
  records[records_count++] = record;
}
static void note(int **list, size_t *count, size_t *room, int fd) {
  if (*count == *room) {
    *room = *room ? *room * 2 : 1024;
    *list = must(realloc(*list, *room * sizeof(int)));
  }
  (*list)[(*count)++] = fd;
}
static void touch(struct connection *connection) {
  if (connection->is_dirty) return;
  connection->is_dirty = 1;
  note(&dirty, &dirty_count, &dirty_room, connection->fd);
}
static void end(struct connection *connection) {
  if (connection->is_closing) return;
  connection->is_closing = 1;
  note(&closing, &closing_count, &closing_room, connection->fd);
}
static void watch(struct connection *connection, uint32_t events, int how) {
  struct epoll_event event = {.events = events, .data.fd = connection->fd};
  epoll_ctl(epoll_fd, how, connection->fd, &event);
}

static void flush(struct connection *connection) {
  struct buffer *out = &connection->out;
  connection->is_dirty = 0;
  connection->flushed = now_ns();
  size_t done = 0;
  while (done < out->size) {
    ssize_t sent = send(connection->fd, out->data + done, out->size - done, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EAGAIN) break;
      end(connection);
      done = out->size;
      break;
    }
    done += (size_t)sent;
  }
  if (done == out->size) {
    empty(out);
    if (connection->waits_for_write) watch(connection, EPOLLIN, EPOLL_CTL_MOD);
    connection->waits_for_write = 0;
    return;
  }
  memmove(out->data, out->data + done, out->size -= done);
  if (!connection->waits_for_write) watch(connection, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  connection->waits_for_write = 1;
  blocked_writes++;
}

static void add_delivery(const struct record *record) {
  size_t count = seen[EVENT].count;
  if (count == MOST_SAMPLES) return;
  if (count == deliveries_room) {
    deliveries_room = deliveries_room ? deliveries_room * 2 : 4096;
    deliveries = must(realloc(deliveries, deliveries_room * sizeof *deliveries));
  }
  deliveries[count] = (struct delivery){record->member, record->arrived};
}

static void flush_all(void) {
  for (size_t index = 0; index < dirty_count; index++)
    if (connections[dirty[index]]) flush(connections[dirty[index]]);
  dirty_count = 0;
  for (size_t index = 0; index < records_count; index++) {
    struct record *record = &records[index];
    struct connection *connection = connections[record->fd];
    if (!connection || connection->is_closing) continue;
    if (record->operation == EVENT) add_delivery(record);
    add_sample(&seen[record->operation], connection->flushed - record->seen_from);
    add_sample(&own[record->operation], connection->flushed - record->arrived);
  }
  records_count = 0;
}

static void frame(struct buffer *to, int opcode, const char *data, size_t size) {
  unsigned char head[4] = {(unsigned char)(0x80 | opcode), (unsigned char)size};
  size_t head_size = 2;
  if (size > 125) {
    head[1] = 126;
    head[2] = (unsigned char)(size >> 8);
    head[3] = (unsigned char)size;
    head_size = 4;
  }
  append(to, head, head_size);
  append(to, data, size);
}
static void send_text(struct connection *connection, const char *text, size_t size) {
  frame(&connection->out, 1, text, size);
  touch(connection);
}

static const char *time_text(void) {
  static char text[40];
  static time_t known;
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  if (at.tv_sec != known) {
    struct tm parts;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", gmtime_r(&at.tv_sec, &parts));
    known = at.tv_sec;
  }
  return text;
}

/* To everybody in the room, as the reference service does. */
static void broadcast(struct due *due, const char *name) {
  struct meeting *meeting = due->meeting;
  if (meeting->room_count == 0) return;
  char text[1024];
  int size;
  if (due->operation == JOIN)
    size = snprintf(text, sizeof text,
                    "42[\"%s\",{\"meetingId\":\"%s\",\"userId\":\"%s\",\"timestamp\":\"%s\",\"participant\":{\"userId\":"
                    "\"%s\",\"role\":\"listener\",\"isMuted\":true,\"hasRaisedHand\":false,\"isConnected\":false}}]",
                    name, meeting->id, due->user->id, time_text(), due->user->id);
  else
    size = snprintf(text, sizeof text, "42[\"%s\",{\"meetingId\":\"%s\",\"userId\":\"%s\",\"timestamp\":\"%s\"}]", name,
                    meeting->id, due->user->id, time_text());
  for (size_t place = 0; place < meeting->room_count; place++) {
    struct connection *member = meeting->room[place];
    send_text(member, text, (size_t)size);
    /* As the harness counts: each other member that was in the room before the call. */
    if (due->user->is_measured && member->user != due->user && member->entered && member->entered < due->arrived)
      remember((struct record){member->fd, EVENT, due->seen_from, due->arrived, member->user});
  }
}

/* ---- answers ---- */
static void participant(struct buffer *body, struct user *user, struct meeting *meeting) {
  appendf(body,
          "{\"id\":\"%s\",\"meetingId\":\"%s\",\"userId\":\"%s\",\"role\":\"listener\",\"isMuted\":true,"
          "\"hasRaisedHand\":%s,\"isConnected\":true,\"networkQuality\":null,\"joinedAt\":\"2026-01-01T00:00:00.000Z\"}",
          user->id, meeting->id, user->id, user->hand ? "true" : "false");
}
static void meeting_facts(struct buffer *body, struct meeting *meeting) {
  appendf(body,
          "\"id\":\"%s\",\"title\":\"known delay\",\"description\":null,\"hostId\":\"host\",\"status\":\"active\","
          "\"scheduledStart\":null,\"startedAt\":\"2026-01-01T00:00:00.000Z\",\"endedAt\":null,\"maxParticipants\":1000,"
          "\"isLocked\":false,\"createdAt\":\"2026-01-01T00:00:00.000Z\",\"participantCount\":%zu",
          meeting->id, meeting->users_count);
}
static void roster(struct buffer *body, struct meeting *meeting, struct user *caller) {
  append(body, "[", 1);
  size_t shown = 0;
  if (caller->meeting == meeting) {
    participant(body, caller, meeting);
    shown++;
  }
  for (size_t place = 0; place < meeting->users_count && shown < ROSTER; place++) {
    if (meeting->users[place] == caller) continue;
    if (shown++) append(body, ",", 1);
    participant(body, meeting->users[place], meeting);
  }
  append(body, "]", 1);
}

static void respond(struct connection *connection, int status, struct buffer *body) {
  appendf(&connection->out,
          "HTTP/1.1 %d %s\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: %zu\r\n"
          "keep-alive: timeout=600\r\n\r\n",
          status, status < 300 ? "OK" : "Refused", body->size);
  append(&connection->out, body->data, body->size);
  empty(body);
  touch(connection);
}
static void refuse(struct connection *connection, int status, const char *code) {
  struct buffer body = {0};
  appendf(&body, "{\"success\":false,\"error\":\"%s\",\"message\":\"%s\"}", code, code);
  bad_requests++;
  respond(connection, status, &body);
}

static void answer_http(struct connection *connection, struct due *due) {
  struct buffer body = {0};
  struct user *user = due->user;
  struct meeting *meeting = due->meeting;
  if (due->operation == HEALTH) {
    appendf(&body, "{\"status\":\"ok\",\"service\":\"known-delay\"}");
    respond(connection, 200, &body);
    return;
  }
  appendf(&body, "{\"success\":true,\"data\":");
  switch (due->operation) {
  case LIST:
    append(&body, "[", 1);
    if (latest_meeting) {
      append(&body, "{", 1);
      meeting_facts(&body, latest_meeting);
      append(&body, "}", 1);
    }
    append(&body, "]", 1);
    break;
  case CREATE:
  case GET:
    append(&body, "{", 1);
    meeting_facts(&body, meeting);
    appendf(&body, ",\"participants\":");
    roster(&body, meeting, user);
    append(&body, "}", 1);
    break;
  case JOIN:
  case RECONNECT:
    appendf(&body, "{\"meeting\":{");
    meeting_facts(&body, meeting);
    appendf(&body, "},\"participant\":");
    participant(&body, user, meeting);
    if (due->operation == RECONNECT) {
      appendf(&body, ",\"participants\":");
      roster(&body, meeting, user);
    }
    append(&body, "}", 1);
    break;
  case NETWORK:
    appendf(&body, "{\"enableAudioPriority\":false,\"recommendedBitrate\":128,\"packetLossAcceptable\":true,\"actions\":[]}");
    break;
  default:
    appendf(&body, "{}");
  }
  append(&body, "}", 1);
  respond(connection, due->operation == CREATE ? 201 : 200, &body);
}

static void answer_socket(struct connection *connection, struct due *due) {
  char text[512];
  int size;
  if (due->operation == CONNECT) {
    connection->is_connected = 1;
    size = snprintf(text, sizeof text, "40{\"sid\":\"k%u\"}", connection->generation);
    send_text(connection, text, (size_t)size);
    return;
  }
  enter_room(connection, due->meeting);
  connection->entered = now_ns();
  size = snprintf(text, sizeof text, "42[\"meeting:joined\",{\"meetingId\":\"%s\"}]", due->meeting->id);
  send_text(connection, text, (size_t)size);
  if (due->ack < 0) return;
  size = snprintf(text, sizeof text, "43%ld[{\"meetingId\":\"%s\"}]", due->ack, due->meeting->id);
  send_text(connection, text, (size_t)size);
}

static void run_due(void) {
  ns_t now = now_ns();
  while (heap_count && heap[0].at <= now) {
    struct due due = pop_due();
    struct connection *connection = connections[due.fd];
    int is_there = connection && connection->generation == due.generation && !connection->is_closing;
    if (due.operation == PING) {
      if (!is_there) continue;
      send_text(connection, "2", 1);
      due.at += PING_NS;
      push_due(due);
      continue;
    }
    if (is_there) {
      if (connection->is_socket) answer_socket(connection, &due);
      else answer_http(connection, &due);
      if (due.user && due.user->is_measured) remember((struct record){due.fd, due.operation, due.seen_from, due.arrived, NULL});
    }
    if (due.operation == JOIN) broadcast(&due, "meeting:participant-joined");
    else if (due.operation == LEAVE) broadcast(&due, "meeting:participant-left");
    else if (due.operation == RAISE) broadcast(&due, "meeting:hand-raised");
    else if (due.operation == LOWER) broadcast(&due, "meeting:hand-lowered");
  }
  struct itimerspec next = {0};
  if (heap_count) {
    next.it_value.tv_sec = (time_t)(heap[0].at / 1000000000ull);
    next.it_value.tv_nsec = (long)(heap[0].at % 1000000000ull);
  }
  timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &next, NULL);
}

/* ---- requests ---- */
static int base64_value(int letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
  if (letter >= '0' && letter <= '9') return letter - '0' + 52;
  if (letter == '-' || letter == '+') return 62;
  if (letter == '_' || letter == '/') return 63;
  return -1;
}
/* The user that a token names: the claim `userId` of a JWT, whose signature is not looked at, or the token itself. */
static struct user *user_of_token(const char *token, size_t size) {
  char id[128], payload[2048];
  const char *dot = memchr(token, '.', size);
  if (!dot) {
    if (size == 0 || size >= sizeof id) return NULL;
    memcpy(id, token, size);
    id[size] = 0;
    return user_named(id);
  }
  size_t length = 0;
  uint32_t bits = 0;
  int held = 0;
  for (const char *at = dot + 1; at < token + size && *at != '.' && length < sizeof payload - 1; at++) {
    int value = base64_value(*at);
    if (value < 0) return NULL;
    bits = bits << 6 | (uint32_t)value;
    held += 6;
    if (held >= 8) payload[length++] = (char)(bits >> (held -= 8));
  }
  payload[length] = 0;
  char *claim = strstr(payload, "\"userId\":\"");
  if (!claim) return NULL;
  claim += 10;
  size_t id_size = strcspn(claim, "\"");
  if (id_size == 0 || id_size >= sizeof id) return NULL;
  memcpy(id, claim, id_size);
  id[id_size] = 0;
  return user_named(id);
}

static void sha1(const unsigned char *data, size_t size, unsigned char digest[20]) {
  uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  unsigned char padded[256] = {0};
  memcpy(padded, data, size);
  padded[size] = 0x80;
  size_t whole = (size + 9 + 63) / 64 * 64;
  for (int byte = 0; byte < 8; byte++) padded[whole - 1 - (size_t)byte] = (unsigned char)((uint64_t)size * 8 >> (8 * byte));
  for (size_t block = 0; block < whole; block += 64) {
    uint32_t w[80];
    for (int t = 0; t < 16; t++)
      w[t] = (uint32_t)padded[block + 4 * t] << 24 | (uint32_t)padded[block + 4 * t + 1] << 16 |
             (uint32_t)padded[block + 4 * t + 2] << 8 | padded[block + 4 * t + 3];
    for (int t = 16; t < 80; t++) {
      uint32_t x = w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16];
      w[t] = x << 1 | x >> 31;
    }
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int t = 0; t < 80; t++) {
      uint32_t f = t < 20 ? (b & c) | (~b & d) : t < 40 ? b ^ c ^ d : t < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      uint32_t k = t < 20 ? 0x5A827999 : t < 40 ? 0x6ED9EBA1 : t < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
      uint32_t next = (a << 5 | a >> 27) + f + e + k + w[t];
      e = d, d = c, c = b << 30 | b >> 2, b = a, a = next;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
  }
  for (int word = 0; word < 5; word++)
    for (int byte = 0; byte < 4; byte++) digest[4 * word + byte] = (unsigned char)(h[word] >> (24 - 8 * byte));
}

static const char *header(const char *head, const char *name, size_t *size) {
  size_t length = strlen(name);
  for (const char *line = strstr(head, "\r\n"); line && line[2] && line[2] != '\r'; line = strstr(line + 2, "\r\n")) {
    const char *at = line + 2;
    if (strncasecmp(at, name, length) != 0 || at[length] != ':') continue;
    at += length + 1;
    while (*at == ' ') at++;
    *size = strcspn(at, "\r");
    return at;
  }
  return NULL;
}

static void become_socket(struct connection *connection, const char *key, size_t size) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char text[128], accept[32];
  unsigned char digest[21] = {0};
  int length = snprintf(text, sizeof text, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)size, key);
  sha1((unsigned char *)text, (size_t)length, digest);
  int at = 0;
  for (int byte = 0; byte < 21; byte += 3) {
    uint32_t bits = (uint32_t)digest[byte] << 16 | (uint32_t)digest[byte + 1] << 8 | digest[byte + 2];
    for (int letter = 0; letter < 4; letter++) accept[at++] = letters[bits >> (18 - 6 * letter) & 63];
  }
  accept[27] = '=';
  appendf(&connection->out,
          "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: %.28s\r\n\r\n",
          accept);
  connection->is_socket = 1;
  length = snprintf(text, sizeof text,
                    "0{\"sid\":\"e%u\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}",
                    connection->generation);
  send_text(connection, text, (size_t)length);
  push_due((struct due){.at = now_ns() + PING_NS, .fd = connection->fd, .operation = PING, .generation = connection->generation});
}

/* The operation of a path below the base, and its meeting; -1 for none. */
static int operation_of(int is_get, const char *path, size_t size, struct meeting **meeting) {
  size_t end = 0;
  while (end < size && path[end] != '?') end++;
  if (is_get && end == 7 && strncmp(path, "/health", 7) == 0) return HEALTH;
  size_t base = sizeof BASE - 1;
  if (end < base || strncmp(path, BASE, base) != 0) return -1;
  path += base;
  end -= base;
  if (end == 0 || (end == 1 && *path == '/')) return is_get ? LIST : CREATE;
  if (*path != '/') return -1;
  size_t id_size = 0;
  while (id_size + 1 < end && path[id_size + 1] != '/') id_size++;
  if (!(*meeting = meeting_named(path + 1, id_size))) return -1;
  path += id_size + 1;
  end -= id_size + 1;
  if (end == 0) return is_get ? GET : -1;
  static const struct {
    const char *path;
    int operation;
  } posts[] = {{"/join", JOIN},        {"/leave", LEAVE},      {"/reconnect", RECONNECT}, {"/hand/raise", RAISE},
               {"/hand/lower", LOWER}, {"/network/quality", NETWORK}};
  for (size_t index = 0; !is_get && index < sizeof posts / sizeof *posts; index++)
    if (strlen(posts[index].path) == end && strncmp(posts[index].path, path, end) == 0) return posts[index].operation;
  return -1;
}

static void leave_all_rooms(struct user *user, struct meeting *meeting) {
  for (size_t place = 0; place < meeting->room_count; place++)
    if (meeting->room[place]->user == user) {
      leave_room(meeting->room[place]);
      return;
    }
}

static void request(struct connection *connection, const char *head) {
  size_t size;
  const char *key = header(head, "sec-websocket-key", &size);
  if (key) {
    become_socket(connection, key, size);
    return;
  }
  int is_get = strncmp(head, "GET ", 4) == 0;
  const char *path = strchr(head, ' ');
  if (!path++) return;
  struct meeting *meeting = NULL;
  int operation = operation_of(is_get, path, strcspn(path, " \r"), &meeting);
  if (operation < 0) {
    refuse(connection, 404, "NOT_FOUND");
    return;
  }
  const char *authorization = header(head, "authorization", &size);
  if (operation != HEALTH) {
    if (!authorization || strncmp(authorization, "Bearer ", 7) != 0) {
      refuse(connection, 401, "UNAUTHORIZED");
      return;
    }
    /* Each participant has a connection of its own: its token is decoded once. */
    if (!connection->authorization || strlen(connection->authorization) != size ||
        memcmp(connection->authorization, authorization, size) != 0) {
      free(connection->authorization);
      connection->authorization = must(strndup(authorization, size));
      connection->user = user_of_token(authorization + 7, size - 7);
    }
    if (!connection->user) {
      refuse(connection, 401, "UNAUTHORIZED");
      return;
    }
  }
  struct user *user = operation == HEALTH ? NULL : connection->user;
  if (operation == CREATE) meeting = new_meeting();
  if (operation == JOIN) join_meeting(user, meeting);
  if (operation == RAISE || operation == LOWER) user->hand = operation == RAISE;
  if (operation == LEAVE) {
    /* Whoever asks to leave expects no more events. */
    leave_all_rooms(user, meeting);
    leave_meeting(user);
    user->left = connection->arrived;
  }
  ns_t arrived = connection->arrived;
  ns_t from = connection->calls++ == 0 && connection->accepted < arrived ? connection->accepted : arrived;
  /* Hosts and other users beside the measured ones need not wait. */
  ns_t delay = user && user->is_measured ? delay_ns() : 0;
  push_due((struct due){arrived + delay, arrived, from, connection->fd, operation, connection->generation, user, meeting, -1});
}

/* Engine.IO 4 and Socket.IO 5, as much of them as a meeting needs. */
static void message(struct connection *connection, char *text, size_t size) {
  ns_t arrived = connection->arrived;
  if (size >= 2 && text[0] == '4' && text[1] == '0') {
    char *token = strstr(text, "\"token\":\"");
    if (token) connection->user = user_of_token(token + 9, strcspn(token + 9, "\""));
    if (!connection->user) {
      static const char refusal[] = "44{\"message\":\"Authentication required\"}";
      send_text(connection, refusal, sizeof refusal - 1);
      return;
    }
    ns_t delay = connection->user->is_measured ? delay_ns() : 0;
    ns_t from = connection->accepted < arrived ? connection->accepted : arrived;
    push_due((struct due){arrived + delay, arrived, from, connection->fd, CONNECT, connection->generation, connection->user, NULL, -1});
  } else if (size >= 2 && text[0] == '4' && text[1] == '1') {
    leave_room(connection);
  } else if (size >= 2 && text[0] == '4' && text[1] == '2' && connection->user) {
    char *rest;
    long ack = isdigit((unsigned char)text[2]) ? strtol(text + 2, &rest, 10) : (rest = text + 2, -1);
    char *meeting_id = strstr(rest, "\"meetingId\":\"");
    struct meeting *meeting = meeting_id ? meeting_named(meeting_id + 13, strcspn(meeting_id + 13, "\"")) : NULL;
    if (!meeting || strncmp(rest, "[\"meeting:join\"", 15) != 0) {
      static const char refusal[] = "42[\"meeting:error\",{\"meetingId\":null,\"error\":\"NOT_FOUND\"}]";
      bad_requests++;
      send_text(connection, refusal, sizeof refusal - 1);
      return;
    }
    ns_t delay = connection->user->is_measured ? delay_ns() : 0;
    push_due((struct due){arrived + delay, arrived, arrived, connection->fd, ENTER, connection->generation, connection->user, meeting, ack});
  }
}

/* Takes whole requests out of what was read. @returns the bytes taken */
static size_t take_requests(struct connection *connection, char *data, size_t size) {
  size_t taken = 0;
  while (!connection->is_socket && taken < size) {
    char *head = data + taken, *head_end = memmem(head, size - taken, "\r\n\r\n", 4);
    if (!head_end) break;
    char kept = head_end[2];
    head_end[2] = 0;
    size_t value, body = 0;
    const char *length = header(head, "content-length", &value);
    if (length) body = strtoul(length, NULL, 10);
    size_t whole = (size_t)(head_end - head) + 4 + body;
    if (whole > size - taken) {
      head_end[2] = kept;
      break;
    }
    request(connection, head);
    head_end[2] = kept;
    taken += whole;
  }
  return taken;
}

static size_t take_frames(struct connection *connection, char *data, size_t size) {
  size_t taken = 0;
  for (;;) {
    unsigned char *at = (unsigned char *)data + taken;
    size_t left = size - taken, head = 2;
    if (left < 2) break;
    uint64_t length = at[1] & 127;
    if (length == 126) {
      if (left < 4) break;
      length = (uint64_t)at[2] << 8 | at[3];
      head = 4;
    } else if (length == 127) {
      end(connection);
      return size;
    }
    if (!(at[1] & 128)) {
      end(connection);
      return size;
    }
    if (left < head + 4 + length) break;
    unsigned char *mask = at + head;
    char *text = (char *)at + head + 4;
    for (uint64_t byte = 0; byte < length; byte++) text[byte] ^= (char)mask[byte & 3];
    int opcode = at[0] & 15;
    if (opcode == 8) {
      frame(&connection->out, 8, text, length > 125 ? 0 : length);
      flush(connection);
      end(connection);
      return size;
    }
    if (opcode == 9) {
      frame(&connection->out, 10, text, length);
      touch(connection);
    } else if (opcode == 1) {
      char copy[4096];
      size_t copied = length < sizeof copy - 1 ? length : sizeof copy - 1;
      memcpy(copy, text, copied);
      copy[copied] = 0;
      message(connection, copy, copied);
    }
    taken += head + 4 + length;
  }
  return taken;
}

static void take(struct connection *connection, char *data, size_t size) {
  size_t taken = 0;
  if (!connection->is_socket) taken = take_requests(connection, data, size);
  if (connection->is_socket) taken += take_frames(connection, data + taken, size - taken);
  struct buffer rest = {0};
  if (taken < size) append(&rest, data + taken, size - taken);
  empty(&connection->in);
  connection->in = rest;
}

static void readable(struct connection *connection) {
  static char data[65536];
  char control[256];
  for (;;) {
    struct iovec part = {data, sizeof data};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t size = recvmsg(connection->fd, &message, 0);
    if (size <= 0) {
      if (size == 0 || errno != EAGAIN) end(connection);
      return;
    }
    ns_t now = now_ns();
    connection->arrived = now;
    reads++;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part))
      if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_TIMESTAMPNS) {
        struct timespec at;
        memcpy(&at, CMSG_DATA(part), sizeof at);
        ns_t received = (ns_t)((int64_t)at.tv_sec * 1000000000ll + at.tv_nsec - wall_offset);
        /* A stamp that cannot be is that of a clock which was set meanwhile. */
        if (received <= now && now - received < 5000000000ull) {
          connection->arrived = received;
          stamped_reads++;
        }
      }
    if (connection->in.size) {
      append(&connection->in, data, (size_t)size);
      struct buffer whole = connection->in;
      connection->in = (struct buffer){0};
      take(connection, whole.data, whole.size);
      empty(&whole);
    } else take(connection, data, (size_t)size);
    if (connection->is_closing || (size_t)size < sizeof data) return;
  }
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    if ((size_t)fd >= connections_room) {
      size_t room = connections_room ? connections_room : 1024;
      while (room <= (size_t)fd) room *= 2;
      connections = must(realloc(connections, room * sizeof *connections));
      memset(connections + connections_room, 0, (room - connections_room) * sizeof *connections);
      connections_room = room;
    }
    struct connection *connection = connections[fd] = must(calloc(1, sizeof *connection));
    connection->fd = fd;
    connection->generation = ++generations;
    connection->accepted = now_ns();
    watch(connection, EPOLLIN, EPOLL_CTL_ADD);
    accepted_connections++;
    if (++open_connections > most_connections) most_connections = open_connections;
  }
}

static void close_ended(void) {
  for (size_t index = 0; index < closing_count; index++) {
    struct connection *connection = connections[closing[index]];
    leave_room(connection);
    close(connection->fd);
    connections[connection->fd] = NULL;
    empty(&connection->in);
    empty(&connection->out);
    free(connection->authorization);
    free(connection);
    open_connections--;
  }
  closing_count = 0;
}

/* ---- the report ---- */
static int ascending(const void *one, const void *other) {
  ns_t left = *(const ns_t *)one, right = *(const ns_t *)other;
  return left < right ? -1 : left > right;
}
/* The sample at the rank ceil(count * fraction), from 1, in ms. */
static double at_fraction(const struct samples *of, double fraction) {
  size_t rank = (size_t)ceil((double)of->count * fraction);
  return (double)of->values[rank > 0 ? rank - 1 : 0] / 1e6;
}
static void print_samples(struct samples *of) {
  printf("{\"count\":%zu", of->count + of->left_out);
  if (of->count) {
    qsort(of->values, of->count, sizeof(ns_t), ascending);
    printf(",\"p50\":%.6f,\"p95\":%.6f,\"p99\":%.6f,\"min\":%.6f,\"max\":%.6f", at_fraction(of, 0.5), at_fraction(of, 0.95),
           at_fraction(of, 0.99), (double)of->values[0] / 1e6, (double)of->values[of->count - 1] / 1e6);
  }
  printf(",\"leftOut\":%zu}", of->left_out);
}
static void print_all(const char *name, struct samples *of) {
  struct samples all = {0};
  for (int operation = 0; operation < EVENT; operation++)
    for (size_t index = 0; index < of[operation].count; index++) add_sample(&all, of[operation].values[index]);
  printf(",\"%s\":", name);
  print_samples(&all);
  free(all.values);
}
/* The samples of events that are judged, in the places of all of them. */
static void keep_judged(void) {
  size_t kept = 0;
  for (size_t index = 0; index < seen[EVENT].count; index++) {
    const struct delivery *delivery = &deliveries[index];
    ns_t left = delivery->member->left;
    if (left > delivery->caused && (double)(left - delivery->caused) < judged_after_ms * 1e6) continue;
    seen[EVENT].values[kept] = seen[EVENT].values[index];
    own[EVENT].values[kept] = own[EVENT].values[index];
    deliveries[kept++] = *delivery;
  }
  seen[EVENT].count = own[EVENT].count = kept;
}
static void report(void) {
  keep_judged();
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  printf("{\"operations\":{");
  int is_first = 1;
  for (int operation = 0; operation < OPERATIONS; operation++) {
    if (seen[operation].count == 0) continue;
    printf("%s\"%s\":{\"seen\":", is_first ? "" : ",", operation_names[operation]);
    print_samples(&seen[operation]);
    printf(",\"own\":");
    print_samples(&own[operation]);
    printf("}");
    is_first = 0;
  }
  printf("}");
  print_all("seen", seen);
  print_all("own", own);
  printf(",\"openConnections\":%lu,\"mostConnections\":%lu,\"accepted\":%lu,\"blockedWrites\":%lu,\"badRequests\":%lu,\"reads\":%lu,\"stampedReads\":%lu,\"cpuMs\":%.1f}\n",
         open_connections, most_connections, accepted_connections, blocked_writes, bad_requests, reads, stamped_reads,
         (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3);
  fflush(stdout);
}
static void reset(void) {
  for (int operation = 0; operation < OPERATIONS; operation++) {
    seen[operation].count = seen[operation].left_out = 0;
    own[operation].count = own[operation].left_out = 0;
  }
  blocked_writes = bad_requests = 0;
  most_connections = open_connections;
  printf("{\"done\":true}\n");
  fflush(stdout);
}
/* Cheap, so that it may be asked while it serves. */
static void count(void) {
  size_t calls = 0;
  for (int operation = 0; operation < EVENT; operation++) calls += seen[operation].count;
  printf("{\"calls\":%zu,\"sessions\":%zu,\"events\":%zu,\"openConnections\":%lu}\n", calls, seen[LEAVE].count,
         seen[EVENT].count, open_connections);
  fflush(stdout);
}
static void command(char *line) {
  if (strcmp(line, "report") == 0) report();
  else if (strcmp(line, "count") == 0) count();
  else if (strcmp(line, "reset") == 0) reset();
  else if (sscanf(line, "delay %lf %lf", &delay_ms, &spread_ms) >= 1) {
    if (!strchr(line + 6, ' ')) spread_ms = 0;
    printf("{\"done\":true}\n");
    fflush(stdout);
  } else if (sscanf(line, "judge %lf", &judged_after_ms) == 1) {
    printf("{\"done\":true}\n");
    fflush(stdout);
  } else {
    printf("{\"error\":\"unknown command\"}\n");
    fflush(stdout);
  }
}
static void commands(void) {
  static char line[256];
  static size_t size;
  char data[256];
  ssize_t got = read(0, data, sizeof data);
  if (got <= 0) exit(0); /* whoever started it is gone */
  for (ssize_t index = 0; index < got; index++) {
    if (data[index] == '\n') {
      line[size] = 0;
      size = 0;
      command(line);
    } else if (size < sizeof line - 1) line[size++] = data[index];
  }
}

/* With a port as its argument, it slices that port with others of its kind, so that a crowd fits that is larger than one
   process may have open files. */
int main(int arguments, char **argument) {
  signal(SIGPIPE, SIG_IGN);
  alarm(LIFE_S);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  struct rlimit more = {262144, 262144};
  if (setrlimit(RLIMIT_NOFILE, &more) != 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  getrlimit(RLIMIT_NOFILE, &files);
  /* It waits behind nobody where it may (root): a service is rarely on the machine of its clients. */
  struct sched_param priority = {.sched_priority = 1};
  int is_first = sched_setscheduler(0, SCHED_RR, &priority) == 0;

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t address_size = sizeof address;
  int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (arguments > 1) address.sin_port = htons((uint16_t)atoi(argument[1]));
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0) {
    perror("known-delay: cannot listen");
    return 1;
  }
  getsockname(listener, (struct sockaddr *)&address, &address_size);
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  for (int index = 0; index < 3; index++) {
    int fd = (int[]){0, listener, timer_fd}[index];
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
  }
  printf("{\"port\":%d,\"openFiles\":%lu,\"isFirst\":%s}\n", ntohs(address.sin_port), (unsigned long)files.rlim_cur,
         is_first ? "true" : "false");
  fflush(stdout);

  static struct epoll_event events[512];
  for (;;) {
    int count = epoll_wait(epoll_fd, events, 512, -1);
    wall_offset = (int64_t)clock_ns(CLOCK_REALTIME) - (int64_t)now_ns();
    for (int index = 0; index < count; index++) {
      int fd = events[index].data.fd;
      if (fd == 0) commands();
      else if (fd == listener) accept_all(listener);
      else if (fd == timer_fd) {
        uint64_t times;
        if (read(timer_fd, &times, sizeof times) < 0 && errno != EAGAIN) return 1;
      } else {
        struct connection *connection = (size_t)fd < connections_room ? connections[fd] : NULL;
        if (!connection || connection->is_closing) continue;
        if (events[index].events & EPOLLOUT) touch(connection);
        if (events[index].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(connection);
      }
    }
    run_due();
    flush_all();
    close_ended();
  }
}
