# Khung chung và các thành phần
brand = Một Cửa
portal-name = Cổng dịch vụ công
office-name = Làm việc một cửa
skip = Đến nội dung chính
back = Quay lại
edit = Sửa
yes = Có
no = Không
save = Lưu
save-continue = Lưu và tiếp tục
cancel = Hủy
continue = Tiếp tục
send = Gửi
copy = Sao chép
share = Gửi cho người nhà
copied = Đã sao chép
print = In trang này
free = Miễn phí
not-given = Chưa có
was-before = Trước đây: { $value }
more = Xem thêm
all = Tất cả

nav-label = Điều hướng chính
nav-catalogue = Thủ tục
nav-tracking = Tra cứu hồ sơ
nav-dossiers = Hồ sơ của tôi
nav-store = Kho dữ liệu
nav-notices = Thông báo
nav-unread = thông báo chưa đọc
nav-account = Tài khoản
nav-access-log = Ai đã xem dữ liệu của tôi
nav-sign-in = Đăng nhập
nav-sign-out = Đăng xuất
nav-worklist = Danh sách việc
nav-counter = Tiếp nhận tại quầy
nav-signing = Chờ ký
nav-handover = Trả kết quả
nav-admin = Quản trị
crumbs-label = Bạn đang ở
pages-label = Các trang
pages-total = { $shown } trên tổng số { $total }
pages-prev = Trang trước
pages-next = Trang sau
pager-label = Phần trước, phần sau
timeline-next = bước tiếp theo

demo-label = Bản trình diễn
demo-strip = Bản trình diễn: mọi người và hồ sơ ở đây đều được đặt ra, không phải người thật.
dev-mailbox = Hộp thư thử nghiệm

foot-help = Cần giúp đỡ?
foot-hours = Thứ Hai đến thứ Sáu, 7:30–11:30 và 13:00–17:00
foot-services = Dịch vụ
foot-about = Về cổng này
foot-owner = Do { $place } vận hành.
foot-privacy = Mỗi lần cán bộ mở dữ liệu của bạn đều được ghi lại, và bạn xem được.
foot-reference = Mã tham chiếu: { $id }

# Trường nhập
field-optional = không bắt buộc
field-error-prefix = Lỗi:
field-choose = Chọn…
field-date-hint = Ngày/tháng/năm, ví dụ 12/05/1990
field-partial-date-hint = Ví dụ 12/05/1954. Chỉ nhớ tháng và năm thì ghi 05/1954, chỉ nhớ năm thì ghi 1954
field-time-hint = Giờ:phút, ví dụ 07:30
field-phone-hint = Ví dụ 0912 345 678
field-identity-hint = 12 chữ số trên thẻ căn cước
field-show-password = Hiện mật khẩu
field-hide-password = Ẩn mật khẩu
address-province = Tỉnh, thành phố
address-commune = Xã, phường, đặc khu
address-detail = Số nhà, đường, thôn, tổ dân phố
address-detail-hint = Ví dụ: 12 đường Lê Lợi, tổ 3
address-choose = Chọn
address-choose-hint = Bấm «Chọn» sau khi chọn tỉnh để hiện danh sách xã, phường.
upload-pick = Chọn tệp
upload-limits = PDF, ảnh JPG, PNG, HEIC, Word hoặc Excel; mỗi tệp không quá 20 MB. Có thể chụp bằng điện thoại.
upload-from-store = Hoặc lấy từ kho dữ liệu của bạn
upload-sending = Đang tải lên
upload-done = Đã tải lên
upload-failed = Chưa tải lên được. Hãy thử lại.
upload-too-big = Tệp này lớn hơn 20 MB. Hãy chụp lại với độ phân giải thấp hơn hoặc tách thành nhiều tệp.
file-scanning = Đang kiểm tra vi-rút
file-infected = Có vi-rút, hãy thay tệp khác
file-remove = Bỏ tệp này
errors-title = { $count ->
   *[other] Có { $count } chỗ cần sửa
}
repeat-add = Thêm { $what }
repeat-remove = Xóa
repeat-up = Chuyển lên trên
form-refresh = Cập nhật câu hỏi theo lựa chọn này
computed-note = Tự tính từ những mục đã khai

# Tìm kiếm
search-go = Tìm
search-none = Chưa thấy thủ tục nào. Bấm «Tìm» để xem kết quả gần đúng.

# Danh sách công việc
task-done = Đã xong
task-todo = Cần làm
task-error = Có chỗ cần sửa
task-blocked = Chưa làm được
task-optional = Không bắt buộc
task-see = Xem và nộp sau khi gửi hồ sơ
task-check = Điền sẵn, hãy xem lại

# Lưu tự động
saved-at = Đã lưu { $time }
saved-saving = Đang lưu…
saved-failed = Chưa lưu được, sẽ thử lại
saved-offline = Mất mạng: đang giữ trên máy này, sẽ lưu khi có mạng
